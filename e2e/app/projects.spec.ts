// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { join } from 'node:path';
import { samples, Zoetrope } from '../fixtures/window';

const patient = { timeout: 20_000 };

test('projects can be told apart, found again by what was said, and restored', async () => {
  const zoetrope = await Zoetrope.start({ files: [join(samples, 'clip.mp4')] });
  const { page } = zoetrope;
  const project = async () => (await zoetrope.state()).project;
  const tile = (name: string) =>
    page.getByTestId('project-tile').filter({ has: page.locator(`[data-text="${name}"]`) });
  const menu = async (name: string, item: string): Promise<void> => {
    await page.getByRole('button', { name: `More for ${name}` }).press('Enter', patient);
    await page.getByRole('menuitem', { name: item, exact: true }).press('Enter', patient);
  };
  await expect(page.getByTestId('sample-button')).toBeEnabled({ timeout: 80_000 });
  await page.getByTestId('sample-button').click();
  await expect(zoetrope.tray).toHaveCount(16, { timeout: 30_000 });
  await zoetrope.ask('Which way does the kettle move?');
  await zoetrope.answered();
  await zoetrope.ask('How many shapes are there?');
  await zoetrope.answered();
  await page.getByTestId('regenerate-button').press('Enter');
  await expect(page.getByTestId('versions')).toHaveText('2/2', patient);
  await expect(zoetrope.answer).toHaveAttribute('data-status', 'done', patient);
  const first = await project();

  // A new project's start page shows the other one.
  await page.keyboard.press('ControlOrMeta+n');
  await expect(tile('My project')).toContainText('Which way does the kettle move?', patient);
  await page.setViewportSize({ width: 1280, height: 900 });
  await zoetrope.screenshot('recent-projects-light');
  const empty = (await project()).id;
  await tile('My project').getByRole('button', { name: 'Open the project My project' }).press('Enter');
  await expect.poll(async () => (await project()).id, patient).toBe(first.id);

  // All projects: rename, duplicate, archive, delete and undo. The untouched project is not in the list.
  await page.keyboard.press('ControlOrMeta+Shift+p');
  const dialog = page.getByTestId('projects-dialog');
  await expect(dialog.getByTestId('project-tile')).toHaveCount(1, patient);
  await dialog.getByRole('textbox', { name: /name/i }).last().fill('Kitchen');
  await page.keyboard.press('Enter');
  await menu('Kitchen', 'Duplicate');
  await expect(dialog.getByTestId('project-tile')).toHaveCount(2, patient);
  await zoetrope.screenshot('all-projects-light');
  await menu('Kitchen (copy)', 'Archive');
  await expect(dialog.getByTestId('project-tile')).toHaveCount(1, patient);
  await dialog.getByRole('radio', { name: 'Archived (1)' }).click();
  await menu('Kitchen (copy)', 'Delete');
  await expect(dialog.getByTestId('project-tile')).toHaveCount(1, patient);
  await menu('Kitchen', 'Delete');
  await expect(dialog.getByText('No projects yet.').or(dialog.getByTestId('project-tile'))).toHaveCount(1, patient);
  expect((await project()).id).not.toBe(first.id);
  await expect(async () => {
    await page.keyboard.press('Escape'); // the first one may close the menu
    await expect(dialog).toHaveCount(0, { timeout: 500 });
  }).toPass(patient);
  await page.getByTestId('put-back').press('Enter');
  await expect.poll(async () => ({ ...(await project()), name: '' }), patient).toEqual({ ...first, name: '' });
  expect((await project()).id).not.toBe(empty);

  // A search from another project leads back to the answer, on its branch.
  await page.keyboard.press('ControlOrMeta+n');
  await expect(page.getByTestId('versions')).toHaveCount(0, patient);
  await page.keyboard.press('ControlOrMeta+Shift+f');
  await page.getByRole('searchbox', { name: 'Search all projects' }).fill('kett WAY');
  const hit = page.getByTestId('search-dialog').getByRole('menuitem');
  await expect(hit).toHaveCount(1, patient);
  await expect(hit).toContainText('Which way does the kettle move?');
  await expect(hit).toContainText('Kitchen');
  await zoetrope.screenshot('search-light');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await project()).id, patient).toBe(first.id);
  await expect(page.getByTestId('question').first()).toBeInViewport(patient);
  await zoetrope.end();
});
