// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Zoetrope } from '../fixtures/window';

const profile = mkdtempSync(join(tmpdir(), 'zoetrope-start-'));
test.afterAll(() => rmSync(profile, { recursive: true, force: true }));

test('after two starts that were cut short the app asks, and starts without the last project; nothing is lost', async () => {
  let zoetrope = await Zoetrope.start({ profile });
  await zoetrope.openSample('pictures');
  await expect(zoetrope.tray).toHaveCount(2);
  const { project } = await zoetrope.state();
  await zoetrope.kill();
  zoetrope = await Zoetrope.start({ profile });
  await expect(zoetrope.tray).toHaveCount(2);
  await zoetrope.kill();

  zoetrope = await Zoetrope.start({ profile, choose: 'later' });
  const { page } = zoetrope;
  await expect(page.getByTestId('start-choice')).toBeVisible();
  await zoetrope.screenshot('start-choice');
  expect(await zoetrope.violations('[data-testid=start-choice]')).toEqual([]);
  await expect(page.getByTestId('start-plain')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(zoetrope.library).toBeVisible();
  await expect(zoetrope.tray).toHaveCount(0);
  await expect(page.getByTestId('notice')).toContainText('Nothing was deleted');
  await zoetrope.screenshot('start-plain');
  const now = (await zoetrope.state()).project;
  expect(now.id).not.toBe(project.id);
  const kept = await page.evaluate(async (id) => window.zoetrope['project.open']({ project: id }), project.id);
  expect(kept.ok && kept.value).toEqual(project);
  await zoetrope.app.close();
});
