// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { samples, Zoetrope } from '../fixtures/window';

const patient = { timeout: 20_000 };

test('a folder of many files: asked for, filtered, selected, removed at once, and found again where it was moved', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'zoetrope-media-'));
  const day = join(folder, 'first day');
  mkdirSync(join(day, 'more'), { recursive: true });
  for (let k = 1; k <= 54; k++) copyFileSync(join(samples, 'pictures', 'cat.jpg'), join(day, `photo ${k}.jpg`));
  copyFileSync(join(samples, 'clip.mp4'), join(day, 'more', 'photo 2.mp4'));
  copyFileSync(join(samples, 'scene.glb'), join(day, 'room.glb'));
  const zoetrope = await Zoetrope.start();
  const { page } = zoetrope;
  const rows = page.getByTestId('source-item');
  const sources = async () => (await zoetrope.state()).project.sources;
  await zoetrope.app.evaluate(({ dialog }) => {
    dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false });
  });
  await zoetrope.drop(day);
  await expect(rows).toHaveCount(56, { timeout: 60_000 });
  // So many photographs are a collection: the window says so, and the tray stays empty.
  await expect(page.getByTestId('notice')).toContainText('54 photographs were added');
  await expect(zoetrope.tray).toHaveCount(0);
  await expect(rows.nth(3).locator('img')).toHaveJSProperty('complete', true, patient);
  await zoetrope.screenshot('library-many-light');

  await page.getByRole('button', { name: /^Order/ }).click();
  await page.getByRole('menuitem', { name: 'Size' }).click();
  await expect(rows.first()).not.toContainText('photo 1.jpg');
  await page.getByRole('searchbox', { name: 'Filter files' }).fill('photo 2');
  await expect(rows).toHaveCount(12);
  await rows.nth(1).click();
  await expect(rows.nth(1)).toHaveAttribute('data-active', 'true', patient);
  await rows.nth(3).click({ modifiers: ['Shift'] });
  await expect(rows.nth(3)).not.toHaveAttribute('data-active', 'true');
  await page.getByRole('toolbar', { name: '3 selected' }).getByRole('button').first().click();
  await expect(zoetrope.tray).toHaveCount(3, patient);
  await zoetrope.screenshot('library-selected-light');
  await rows.nth(2).focus();
  await page.keyboard.press('Delete');
  await expect(rows).toHaveCount(9, patient);
  expect(await sources()).toHaveLength(53);
  await page.getByTestId('put-back').click();
  await expect(rows).toHaveCount(12, patient);

  // The folder is moved; all its files are found at once.
  await page.getByRole('searchbox', { name: 'Filter files' }).fill('');
  renameSync(folder, `${folder}-moved`);
  await page.reload();
  const find = page.getByRole('button', { name: 'Find 56 missing files…' });
  await expect(find).toBeVisible(patient);
  await zoetrope.screenshot('library-missing-light');
  await zoetrope.answerDialog([`${folder}-moved`]);
  await find.click();
  await expect(find).toHaveCount(0, patient);
  expect((await sources()).every(({ present }) => present)).toBe(true);

  // The project is written into one file with its media, and opened from it as another project.
  const file = join(`${folder}-moved`, 'saved');
  await zoetrope.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, file);
  await page.keyboard.press('ControlOrMeta+Shift+P');
  await page.getByRole('button', { name: 'More for My project' }).click();
  await page.getByRole('menuitem', { name: /with its media/ }).click();
  await expect(page.getByTestId('project-exported')).toContainText('Saved as saved.zoetrope', patient);
  await zoetrope.screenshot('projects-saved-light');
  await page.keyboard.press('Escape');
  const first = (await zoetrope.state()).project;
  mkdirSync(join(folder, 'out'), { recursive: true });
  await zoetrope.answerDialog([join(folder, 'out')]);
  await zoetrope.drop(`${file}.zoetrope`);
  await expect.poll(async () => (await zoetrope.state()).project.id, patient).not.toBe(first.id);
  const second = (await zoetrope.state()).project;
  expect(second.sources.map(({ name, present }) => [name, present])).toEqual(
    first.sources.map(({ name }) => [name, true]),
  );
  expect(second.tray.map(({ picture }) => picture)).toEqual(first.tray.map(({ picture }) => picture));
  await expect(zoetrope.tray).toHaveCount(3, patient);
  await zoetrope.end();
  rmSync(folder, { recursive: true });
  rmSync(`${folder}-moved`, { recursive: true });
});
