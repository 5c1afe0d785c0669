// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseModel, enginePid, hungModel, modelNamed } from '../fixtures/engine';
import { Zoetrope } from '../fixtures/window';

test.describe.configure({ mode: 'serial' });

let zoetrope: Zoetrope;
let folder: string;
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zoetrope-troubles-'));
  zoetrope = await Zoetrope.start();
  await zoetrope.openSample('pictures');
  await expect(zoetrope.tray).toHaveCount(2, { timeout: 15_000 });
});
test.afterAll(async () => {
  await zoetrope.end();
  rmSync(folder, { recursive: true, force: true });
});

const clipboard = (): Promise<string> => zoetrope.app.evaluate((electron) => electron.clipboard.readText());
const help = (): Promise<void> =>
  zoetrope.app.evaluate(({ Menu }) => {
    const menu = Menu.getApplicationMenu()!.items.find(({ role }) => role === 'help')!;
    (menu.submenu!.items[0]!.click as () => void)();
  });

test('where a model hangs the engine, Stop gives the word back at once, and the model before it answers', async () => {
  const { page } = zoetrope;
  await chooseModel(zoetrope, modelNamed(folder, 'secret-before'));
  await chooseModel(zoetrope, hungModel(folder));
  const hung = await enginePid(zoetrope);
  // The window asks for the token count of the draft, and the engine never answers.
  await zoetrope.composer.fill('Where is my secret-question among all of these?');
  await zoetrope.composer.press('Enter');
  const stop = page.getByTestId('stop-button');
  await stop.click();
  const stopped = performance.now();
  await expect(stop).toHaveCount(0);
  expect(performance.now() - stopped).toBeLessThan(5000);
  await expect(zoetrope.composer).toHaveValue(/secret-question/);
  const notices = page.getByTestId('notice');
  await expect(notices.filter({ hasText: 'did not respond' })).toBeVisible({ timeout: 40_000 });
  await expect(notices.filter({ hasText: '"hung"' })).toBeVisible();
  await zoetrope.screenshot('engine-hung');
  await zoetrope.modelReady();
  const { engine } = await zoetrope.state();
  expect(engine.state === 'ready' && engine.model.name).toBe('secret-before');
  expect(await enginePid(zoetrope)).not.toBe(hung);
  await zoetrope.ask('What changed?');
  await zoetrope.answered();
});

test('what happened is told in the window; what is copied of it names nothing of the user', async () => {
  const { page } = zoetrope;
  await page.evaluate(async () => window.zoetrope['project.rename']({ name: 'secret-project' }));
  for (const [theme, language] of [
    ['light', 'zh'],
    ['dark', 'en'],
  ] as const) {
    await zoetrope.settings({ theme, language });
    await page.reload();
    await expect(zoetrope.library).toBeVisible();
    await help();
    await expect(page.getByTestId('happened-troubles').locator('li')).toHaveCount(1);
    await zoetrope.screenshot(`happened-${theme}-${language}`);
    if (language === 'zh') await page.keyboard.press('Escape'); // the menu opens it again
  }
  const dialog = page.getByTestId('happened-dialog');
  await expect(dialog).toContainText('did not respond');
  await expect(page.getByTestId('happened-library')).toContainText('questions: 1');
  expect(await zoetrope.violations('[data-testid=happened-dialog]')).toEqual([]);
  await page.getByTestId('happened-copy').click();
  await expect(page.getByTestId('happened-copy')).toContainText('Copied');
  const text = await clipboard();
  expect(text).toContain('The model engine did not respond');
  expect(text).toContain('engine-crashed');
  expect(text).not.toMatch(/secret|photo-|hung|What changed|[/\\](home|tmp|root)/);
  await page.keyboard.press('Escape');
});
