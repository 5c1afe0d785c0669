// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { join } from 'node:path';
import { samples, Zoetrope } from '../fixtures/window';

const patient = { timeout: 20_000 };

test('a preset keeps the system prompt and the settings, and its project uses it again', async () => {
  const zoetrope = await Zoetrope.start({ files: [join(samples, 'clip.mp4')] });
  const { page } = zoetrope;
  const settings = async () => (await zoetrope.state()).settings;
  const dialog = page.getByTestId('presets-dialog');
  const open = async (): Promise<void> => {
    await page.getByTestId('presets').press('Enter', patient);
    await page.getByRole('menuitem', { name: 'Presets and system prompt…' }).press('Enter', patient);
    await expect(dialog).toBeVisible(patient);
  };
  await expect(page.getByTestId('sample-button')).toBeEnabled({ timeout: 80_000 });
  await zoetrope.settings({ frameCount: 4 });
  await page.reload();
  await open();
  await dialog.getByRole('textbox', { name: /^System prompt/ }).fill('You count things.');
  await dialog.getByRole('textbox', { name: 'Name of a new preset' }).fill('Counting');
  await page.keyboard.press('Enter');
  await expect(dialog.getByTestId('preset')).toContainText('in use', patient);
  await zoetrope.screenshot('presets-light');
  await page.keyboard.press('Escape');

  // The model is told, and the receipt says so.
  await page.getByTestId('sample-button').click();
  await expect(zoetrope.tray).toHaveCount(4, patient);
  await zoetrope.ask('How many shapes are there?');
  const { receipt } = await zoetrope.answered();
  expect(receipt.prompt).toContain('You count things.');

  // The settings are changed: the receipt is still replayed as it was asked, and both settings answer side by side.
  await zoetrope.settings({ system: null });
  await page.getByTestId('receipt-button').click();
  await page.getByTestId('receipt-replay').click();
  await expect(page.getByTestId('replayed')).toHaveText('The same pictures, the same prompt, the same words.', patient);
  await zoetrope.screenshot('replayed-light');
  expect(await zoetrope.violations()).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByTestId('compare-models').click();
  await page.getByRole('menuitem', { name: 'The present settings' }).click();
  await expect(page.getByTestId('settings-difference')).toHaveText('another prompt', patient);
  await zoetrope.screenshot('compared-settings-light');
  const { messages } = (await zoetrope.state()).project;
  const answer = messages.at(-1) as Extract<(typeof messages)[number], { role: 'assistant' }>;
  expect(answer.receipt?.prompt).toBe(receipt.prompt);
  expect(answer.beside?.receipt?.prompt).not.toContain('You count things.');
  const { id } = (await zoetrope.state()).project;

  // Another project with other settings; back in the first one, its preset is used again.
  await page.keyboard.press('ControlOrMeta+n');
  await expect.poll(async () => (await zoetrope.state()).project.id, patient).not.toBe(id);
  await zoetrope.settings({ frameCount: 9, system: null });
  await page.reload();
  await page.getByRole('button', { name: /^Open the project / }).press('Enter', patient);
  await expect.poll(async () => (await zoetrope.state()).project.id, patient).toBe(id);
  await expect.poll(settings, patient).toMatchObject({ frameCount: 4, system: 'You count things.' });
  await zoetrope.end();
});
