// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { samples, Zoetrope } from '../fixtures/window';

const patient = { timeout: 20_000 };

test('by hand: right click, typed times, ready questions, pasted pictures', async () => {
  const zoetrope = await Zoetrope.start({ files: [join(samples, 'clip.mp4')] });
  const { page } = zoetrope;
  const menu = page.getByTestId('context-menu');
  const choose = (name: string | RegExp) => menu.getByRole('menuitem', { name }).click(patient);
  const ranges = async () =>
    Object.values((await zoetrope.state()).project.segments)[0]?.map(({ start, end }) => [start, end]);
  await expect(page.getByTestId('sample-button')).toBeEnabled({ timeout: 80_000 });

  // A right click on the timeline acts where the pointer is.
  const track = page.locator('[data-track]');
  const { width, height } = (await track.boundingBox())!;
  await track.click({ button: 'right', position: { x: width / 4, y: height / 2 } });
  await zoetrope.screenshot('menu-timeline-light');
  await choose('Add this frame to the tray');
  await expect(zoetrope.tray).toHaveCount(1, patient);
  const [frame] = (await zoetrope.state()).project.tray;
  expect(frame?.origin).toMatchObject({ kind: 'frame' });
  expect((frame?.origin as { time: number }).time).toBeCloseTo(2, 0);

  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByRole('searchbox').first()).toBeVisible(patient);
  expect(await zoetrope.violations()).toEqual([]);
  await page.keyboard.press('Escape');

  // A source's menu by the keyboard, and one of a picture.
  await page.getByTestId('source-item').getByRole('button').first().focus();
  await page.keyboard.press('Shift+F10');
  await expect(menu.getByRole('menuitem', { name: 'Show in folder' })).toBeVisible(patient);
  await page.keyboard.press('Escape');
  await expect(menu).toHaveCount(0);
  await expect(page.getByTestId('source-item').getByRole('button').first()).toBeFocused();
  await zoetrope.tray.first().click({ button: 'right' });
  await zoetrope.screenshot('menu-picture-light');
  await choose('Remove from the tray');
  await expect(zoetrope.tray).toHaveCount(0, patient);

  // Times are typed: for the playhead and for the ends of a range.
  await page.keyboard.press('t');
  const clock = page.getByRole('textbox', { name: 'Go to a time' });
  await clock.fill('0:99');
  await expect(clock).toHaveAttribute('aria-invalid', 'true');
  await clock.fill('#26');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('clock')).toHaveText('0:01.0', patient);
  await page.keyboard.press('i');
  await page.getByTestId('clock').press('Enter');
  await clock.fill('+2');
  await page.keyboard.press('Enter');
  await page.keyboard.press('o');
  await expect.poll(ranges, patient).toEqual([[1, 3]]);
  await page.getByTestId('ranges-button').click();
  await page.getByTestId('ranges').getByRole('textbox', { name: /^End/ }).fill('6.5s');
  await page.keyboard.press('Enter');
  await expect.poll(ranges, patient).toEqual([[1, 6.5]]);
  await page.keyboard.press('Escape');

  // The range is saved as a clip of its own, from the menu of its bar.
  const folder = mkdtempSync(join(tmpdir(), 'zoetrope-clip-'));
  const clip = join(folder, 'cut.mp4');
  await zoetrope.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, clip);
  await page.getByTestId('range').getByRole('button').click({ button: 'right' });
  await zoetrope.screenshot('menu-range-light');
  expect(await zoetrope.violations()).toEqual([]);
  await choose('Save as a clip, exact ends…');
  await expect(page.getByTestId('exported')).toContainText('Saved as cut.mp4', patient);
  expect(statSync(clip).size).toBeGreaterThan(1000);
  rmSync(folder, { recursive: true });

  // A ready question is put into the text, and ready questions can be changed.
  await page.getByTestId('ready-questions').press('Enter', patient);
  await zoetrope.screenshot('ready-questions-light');
  await page.getByRole('menuitem', { name: 'Chapters' }).press('Enter', patient);
  await expect(zoetrope.composer).toHaveValue(/^Divide this into chapters\./, patient);
  await expect(zoetrope.composer).toBeFocused();
  await zoetrope.composer.fill('');
  await page.getByTestId('ready-questions').press('Enter', patient);
  await page.getByRole('menuitem', { name: 'Edit ready questions…' }).press('Enter', patient);
  const dialog = page.getByTestId('questions-dialog');
  await dialog.getByRole('button', { name: 'Remove Summarise' }).press('Enter');
  await dialog.getByRole('textbox', { name: 'Name of question 1' }).fill('Scenes');
  await zoetrope.screenshot('edit-questions-light');
  await page.keyboard.press('Escape');
  await expect
    .poll(async () => (await zoetrope.state()).settings.questions?.map(({ name }) => name).slice(0, 2), patient)
    .toEqual(['Scenes', 'Differences']);

  // A pasted picture is a photograph; words go where the caret is.
  const bytes = [...readFileSync(join(samples, 'pictures', 'photo-1.jpg'))];
  await zoetrope.composer.evaluate((field, jpeg) => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([Uint8Array.from(jpeg)], 'image.jpg', { type: 'image/jpeg' }));
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, bytes);
  await expect(page.getByTestId('source-item').filter({ hasText: 'Pasted' })).toHaveCount(1, patient);
  await expect(zoetrope.tray).toHaveCount(1, patient);
  await expect(zoetrope.composer).toHaveValue('');
  await zoetrope.end();
});
