// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { Zoetrope } from '../fixtures/window';

test.describe.configure({ mode: 'serial' });

let zoetrope: Zoetrope;
test.beforeAll(async () => void (zoetrope = await Zoetrope.start()));
test.afterAll(() => zoetrope.end());

test('times are written before the frames when that is asked for, and the receipt shows them', async () => {
  const { page } = zoetrope;
  await zoetrope.openSample('clip');
  await page.getByTestId('sample-button').click();
  await expect(zoetrope.tray).toHaveCount(16, { timeout: 30_000 });
  await page.keyboard.press('ControlOrMeta+,');
  const row = page.getByRole('radiogroup', { name: 'Times in the prompt' });
  if (!(await row.isVisible())) await page.getByRole('tab', { name: 'Answers' }).click();
  await row.scrollIntoViewIfNeeded();
  await row.getByRole('radio', { name: 'On' }).click();
  await zoetrope.screenshot('times-settings');
  const temperature = page.getByRole('textbox', { name: 'Temperature' });
  const kept = async () => (await zoetrope.state()).settings.sampling.temperature;
  await temperature.fill('0.25');
  await temperature.press('Enter');
  await expect.poll(kept).toBe(0.25);
  await temperature.press('ArrowUp');
  await expect.poll(kept).toBe(0.3);
  await page.getByRole('button', { name: 'Decrease Temperature' }).click();
  await expect.poll(kept).toBe(0.2);
  await temperature.fill('0');
  await temperature.press('Enter');
  await expect.poll(kept).toBe(0);
  await page.keyboard.press('Escape');

  await zoetrope.ask('Which direction does the red circle move?');
  const { receipt } = await zoetrope.answered();
  const last = receipt.pictures.at(-1)?.origin;
  expect(receipt.prompt).toContain('<|im_start|>user\n0 s: <image>\n');
  expect(receipt.prompt).toContain(`${last?.kind === 'frame' ? Number(last.time.toFixed(2)) : ''} s: <image>\nWhich`);
  await expect(zoetrope.answer).toBeVisible();
});

test('a moment in an answer moves the player, a picture lights in the tray', async () => {
  const { page } = zoetrope;
  // An answer with times in it: the small model does not write any by itself.
  const state = await zoetrope.state();
  const text = 'It turns at 0:04, and is gone in picture 3. There is no picture 99.';
  const messages = state.project.messages.map((message) =>
    message.role === 'assistant' ? { ...message, text } : message,
  );
  await zoetrope.app.evaluate(
    ({ ipcMain }, value) => {
      ipcMain.removeHandler('app.state');
      ipcMain.handle('app.state', () => ({ ok: true, value }));
    },
    { ...state, project: { ...state.project, messages } },
  );
  await page.reload();
  const links = page.getByTestId('citation');
  await expect(links).toHaveText(['0:04', 'picture 3']);
  await links.first().click();
  await expect
    .poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime))
    .toBeCloseTo(4, 1);
  await links.nth(1).click();
  await expect(zoetrope.tray.nth(2)).toHaveAttribute('aria-selected', 'true');
  await expect
    .poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime))
    .toBeCloseTo(1.04, 1);
  await zoetrope.screenshot('times-links');
});
