// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { Zoetrope } from '../fixtures/window';

test.describe.configure({ mode: 'serial' });

let zoetrope: Zoetrope;
test.beforeAll(async () => {
  zoetrope = await Zoetrope.start();
  await zoetrope.settings({ frameCount: 3, theme: 'dark' });
  await zoetrope.page.reload();
  await zoetrope.openSample('clip');
  await expect(zoetrope.page.getByTestId('sample-button')).toBeEnabled({ timeout: 80_000 });
});
test.afterAll(() => zoetrope.end());

const dialog = () => zoetrope.page.getByTestId('keys-dialog');
const keyOf = (id: string) => dialog().getByTestId(`key-${id}`).getByRole('button').last();
const keys = async () => (await zoetrope.state()).settings.keys;
const frames = async () => (await zoetrope.state()).project.tray.length;
const press = (key: string) => zoetrope.page.keyboard.press(key);
const focusTimeline = () => zoetrope.page.getByRole('slider', { name: 'Position' }).focus();

test('a key is changed, works at once, and the old one does nothing more', async () => {
  await focusTimeline();
  await press('?');
  await expect(dialog()).toBeVisible();
  await zoetrope.screenshot('keys-dark');
  await keyOf('sample').click();
  await expect(keyOf('sample')).toHaveText('Press a key…');
  await press('x');
  await expect(keyOf('sample')).toHaveText('X');
  await expect.poll(keys).toEqual({ sample: 'X' });
  await press('Escape');
  await focusTimeline();
  await press('s');
  await press('i'); // this key has an effect; once it shows, S would have had one too
  await expect.poll(async () => Object.values((await zoetrope.state()).project.segments).flat().length).toBe(1);
  expect(await frames()).toBe(0);
  await press('x');
  await expect.poll(frames, { timeout: 80_000 }).toBe(3);
});

test('a key that is taken is warned of, and goes over only when the user says so', async () => {
  await focusTimeline();
  await press('?');
  await keyOf('denser').click();
  await press('x');
  const warning = zoetrope.page.getByTestId('keys-clash');
  await expect(warning).toContainText('X is already used for: Sample the video or scene');
  await zoetrope.screenshot('keys-clash');
  await warning.getByRole('button', { name: 'Cancel' }).click();
  expect(await keys()).toEqual({ sample: 'X' });
  await keyOf('denser').click();
  await press('x');
  await warning.getByRole('button', { name: 'Use it here' }).click();
  await expect(keyOf('denser')).toHaveText('X');
  await expect(keyOf('sample')).toHaveText('—');
  await keyOf('play').click();
  await press('Enter');
  await expect(dialog().getByRole('alert')).toContainText('Enter is reserved');
  await zoetrope.page.getByTestId('keys-reset').click();
  await expect.poll(keys).toEqual({});
  await expect(keyOf('sample')).toHaveText('S');
});

test('in Chinese and light; named for screen readers', async () => {
  const { page } = zoetrope;
  await zoetrope.settings({ theme: 'light', language: 'zh', keys: { take: 'Mod+E' } });
  await page.reload();
  await expect(page.getByTestId('tray-item')).toHaveCount(3);
  await page.getByTestId('tray-item').first().focus();
  await press('?');
  await expect(keyOf('take')).toHaveText('Ctrl+E');
  await zoetrope.screenshot('keys-light-zh');
  expect(await zoetrope.violations('[data-testid=keys-dialog]')).toEqual([]);
});
