// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../fixtures/command';
import { samples, Zoetrope } from '../fixtures/window';

let zoetrope: Zoetrope;
let folder: string;
let file: string;
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scenes-spec-'));
  file = join(folder, 'cuts.mp4');
  const part = (source: string, seconds: number) => [
    '-f',
    'lavfi',
    '-t',
    String(seconds),
    '-i',
    `${source}=size=320x180:rate=25`,
  ];
  const inputs = [...part('testsrc', 2), ...part('smptebars', 1), ...part('mandelbrot', 3)];
  const join3 = '[0]setsar=1[a];[1]setsar=1[b];[2]setsar=1[c];[a][b][c]concat=n=3,format=yuv420p';
  execFileSync(process.env['FFMPEG_BIN'] ?? 'ffmpeg', [
    '-v',
    'error',
    '-y',
    ...inputs,
    '-filter_complex',
    join3,
    '-c:v',
    'libx264',
    '-g',
    '250',
    file,
  ]);
  zoetrope = await Zoetrope.start();
});
test.afterAll(async () => {
  await zoetrope.end();
  rmSync(folder, { recursive: true });
});

const frames = async () =>
  (await zoetrope.state()).project.tray.map(({ origin }) => (origin.kind === 'frame' ? origin.index : -1));
const sampleScenes = async () => {
  await zoetrope.page.getByRole('button', { name: 'Other ways to sample' }).click();
  await expect(zoetrope.page.getByRole('menuitem', { name: /Where scenes change/ })).toBeVisible();
  await zoetrope.screenshot('scene-menu');
  await zoetrope.page.getByRole('menuitem', { name: /Where scenes change/ }).click();
};

test('the first frame of each scene, from the menu', async () => {
  await zoetrope.open(file);
  await expect(zoetrope.page.getByTestId('sample-button')).toBeEnabled({ timeout: 20_000 });
  await sampleScenes();
  await expect.poll(frames, { timeout: 20_000 }).toEqual([0, 50, 75]);
});

test('a video without a cut is taken evenly and says so', async () => {
  await zoetrope.open(join(samples, 'clip.mp4'));
  await expect(zoetrope.page.getByRole('region', { name: 'clip.mp4' })).toBeVisible({ timeout: 20_000 });
  await expect(zoetrope.page.getByTestId('sample-button')).toBeEnabled({ timeout: 20_000 });
  await sampleScenes();
  await expect(zoetrope.page.getByText('No change of scene was found, so the frames are evenly spread.')).toBeVisible({
    timeout: 20_000,
  });
  expect(await frames()).toHaveLength(19);
});

test('the same frames from the command line', () => {
  const found = (...ranges: string[]) => {
    const { out } = command(
      'frames',
      file,
      '--strategy',
      'scene',
      '--json',
      ...ranges.flatMap((range) => ['--range', range]),
    );
    return (JSON.parse(out) as { frames: { index: number }[] }).frames.map(({ index }) => index);
  };
  expect(found()).toEqual([0, 50, 75]);
  expect(found('2.4-5', '0.4-1.2')).toEqual([10, 60, 75]);
});
