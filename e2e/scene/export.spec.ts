// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readColmapFiles, readNerfstudioFile } from '../../src/camera';
import { decodePng, pictureHash } from '../../src/media';
import { command } from '../fixtures/command';
import { pixels } from '../fixtures/pixels';
import { sampleWithout } from '../fixtures/twin';
import { samples, Zoetrope } from '../fixtures/window';

test.setTimeout(300_000); // rendered in software

test('views are saved with their cameras and passes into a new folder, the same that the command line writes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'zoetrope-export-'));
  const scene = join(folder, 'scene.glb');
  copyFileSync(join(samples, 'scene.glb'), scene);
  const zoetrope = await Zoetrope.start({ files: [scene] });
  const { page } = zoetrope;
  await expect(page.getByTestId('scene-pane')).toHaveAttribute('data-phase', 'ready', { timeout: 120_000 });
  const count = page.getByRole('textbox', { name: 'Number of views' });
  await count.fill('2');
  await count.press('Tab');
  await page.getByTestId('capture-ring').click();
  await expect(zoetrope.tray).toHaveCount(2, { timeout: 120_000 });
  await zoetrope.answerDialog([folder]);
  const exportBy = async (words: RegExp): Promise<void> => {
    await page.getByRole('button', { name: 'Export' }).press('Enter');
    await page.getByRole('menuitem', { name: words }).press('Enter');
  };
  await exportBy(/depth, normals/i);
  await expect(page.getByTestId('exported')).toContainText('2 pictures saved in views', { timeout: 120_000 });

  const { tray } = (await zoetrope.state()).project;
  const views = join(folder, 'views');
  const text = (name: string): string => readFileSync(join(views, name), 'utf8');
  const poses = tray.map(({ origin }) => (origin.kind === 'view' ? origin.pose.cameraToWorld : []));
  const posed = readNerfstudioFile(text('transforms.json'));
  expect(posed.map(({ cameraToWorld }) => cameraToWorld)).toEqual(poses);
  readColmapFiles({ cameras: text('cameras.txt'), images: text('images.txt') }).forEach(
    ({ cameraToWorld, file }, k) => {
      expect(file).toBe(posed[k]!.file);
      cameraToWorld.forEach((n, at) => expect(n).toBeCloseTo(poses[k]![at]!, 12));
    },
  );
  for (const [k, { picture }] of tray.entries())
    expect(pictureHash(await decodePng(readFileSync(join(views, posed[k]!.file))))).toBe(picture.sha256);

  const out = join(folder, 'again');
  const again = command(
    'views',
    join(samples, 'scene.glb'),
    '--strategy',
    'file',
    '--poses',
    join(views, 'transforms.json'),
    '--passes',
    'depth,normal,id',
    '--out',
    out,
    '--json',
  );
  expect([again.code, again.err]).toEqual([0, '']);
  const passes = readdirSync(out).filter((name) => /-(depth|normal|id)\.png$/.test(name));
  expect(passes).toHaveLength(6);
  for (const name of passes) {
    const format = name.includes('normal') ? 'rgb24' : 'gray16le';
    expect(pixels(join(views, name), format).equals(pixels(join(out, name), format)), name).toBe(true);
  }
  const about = JSON.parse(text('passes.json')) as Record<string, { objects: Record<string, string> }>;
  expect(about['scene.glb']!.objects).toMatchObject({ 1: 'ground', 4: 'green cylinder' });
  expect(about['scene.glb']).toEqual(JSON.parse(readFileSync(join(out, 'passes.json'), 'utf8')));

  // A second export goes to another folder.
  await exportBy(/with cameras \(/i);
  await expect(page.getByTestId('exported')).toContainText('views (2)', { timeout: 60_000 });
  expect(readdirSync(join(folder, 'views (2)')).sort()).toEqual([
    'cameras.txt',
    'images.txt',
    'points3D.txt',
    'transforms.json',
    'view-001.png',
    'view-002.png',
    'views.json',
  ]);

  // Captured again in the window, the cameras give the same pictures, to the pixel.
  await page.getByTestId('scene-panel-toggle').click();
  await page.locator('input[type=file]').setInputFiles(join(views, 'transforms.json'));
  await expect(page.getByTestId('bookmarks').getByRole('listitem')).toHaveText(['view-001', 'view-002']);
  await page.getByRole('button', { name: /where the views are taken from/i }).click();
  await page.getByRole('option', { name: 'Bookmarks' }).click();
  await page.getByTestId('capture-ring').click();
  const taken = async () =>
    (await zoetrope.state()).project.tray.map(({ origin, picture }) =>
      origin.kind === 'view' ? [origin.strategy, picture.sha256] : [],
    );
  await expect.poll(taken, { timeout: 120_000 }).toEqual(tray.map(({ picture }) => ['bookmarks', picture.sha256]));

  // A scene file that has changed gives no depths for these views: the user is told, and no partial folder is left.
  writeFileSync(scene, sampleWithout('green cylinder').glb);
  await exportBy(/depth, normals/i);
  await expect(page.getByText(/is not as it was when its views were taken/)).toBeVisible({ timeout: 60_000 });
  expect(readdirSync(folder).sort()).toEqual(['again', 'scene.glb', 'views', 'views (2)']);
  await zoetrope.end();
  rmSync(folder, { recursive: true });
});
