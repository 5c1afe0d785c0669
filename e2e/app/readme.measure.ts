// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { join } from 'node:path';
import sharp from 'sharp';
import { root, Zoetrope } from '../fixtures/window';

/** Takes the README's pictures again: `ZOETROPE_MEASURE=1 npm run e2e -- readme`, on an otherwise idle machine. */

async function keep({ page }: Zoetrope, name: string): Promise<void> {
  await sharp(await page.screenshot())
    .png({ palette: true, quality: 95, effort: 10 })
    .toFile(join(root, 'docs', name));
}

async function ask(zoetrope: Zoetrope, ...questions: string[]): Promise<void> {
  for (const question of questions) {
    await zoetrope.ask(question);
    await zoetrope.answered();
  }
}

async function start(theme: 'dark' | 'light'): Promise<Zoetrope> {
  const zoetrope = await Zoetrope.start();
  await zoetrope.settings({ theme, language: 'en' });
  await zoetrope.page.reload();
  await zoetrope.modelReady();
  return zoetrope;
}

test('a clip', async () => {
  const zoetrope = await start('dark');
  const { page, tray } = zoetrope;
  await zoetrope.openSample('clip');
  await page.getByTestId('sample-button').click();
  await expect(tray).toHaveCount(16, { timeout: 30_000 });
  await ask(
    zoetrope,
    'Which direction does the red circle move?',
    'What color is the square?',
    'Describe the video in detail.',
  );
  await keep(zoetrope, 'window.png');
  await zoetrope.end();
});

test('a scene', async () => {
  test.slow();
  const zoetrope = await start('light');
  const { page, tray } = zoetrope;
  await zoetrope.openSample('scene');
  await expect(page.getByTestId('scene-pane')).toHaveAttribute('data-phase', 'ready', { timeout: 30_000 });
  await page.getByTestId('capture-ring').click();
  await expect(tray).toHaveCount(8, { timeout: 90_000 });
  await ask(zoetrope, 'How many objects are there?', 'What shape is the red thing?', 'Describe the scene.');
  await zoetrope.sceneStill();
  await keep(zoetrope, 'scene.png');
  await zoetrope.end();
});
