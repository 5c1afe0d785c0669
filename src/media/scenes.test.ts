// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { ffmpeg } from './golden/clip';
import { frameAt, openVideo, sceneFrames, stretchesOf } from './index';
import { chooseScenes } from './scenes';

vi.setConfig({ testTimeout: 60_000 });
const temp = await mkdtemp(join(tmpdir(), 'zoetrope-scenes-'));
afterAll(() => rm(temp, { recursive: true, force: true }));

it('takes the strongest changes, spread, and always the first frame', () => {
  const scores = new Float64Array(100);
  [20, 50, 51, 80].forEach((place, k) => (scores[place] = [0.5, 0.9, 0.8, 0.3][k]!));
  scores[33] = 0.05; // movement
  const whole = [{ first: 0, last: 99 }];
  expect(chooseScenes(scores, whole, 8)).toEqual([0, 20, 50, 80]);
  expect(chooseScenes(scores, whole, 2)).toEqual([0, 50]);
  expect(chooseScenes(scores, whole, 1)).toEqual([0]);
  expect(chooseScenes(new Float64Array(0), [], 4)).toEqual([]);
  const parts = [
    { first: 10, last: 30 },
    { first: 49, last: 60 },
    { first: 70, last: 79 },
  ];
  expect(chooseScenes(scores, parts, 8)).toEqual([10, 20, 49, 50, 51, 70]);
  expect(chooseScenes(scores, parts, 2)).toEqual([10, 70]);
});

it.each([
  ['late.ts', ['-c:v', 'libx264', '-bf', '3', '-g', '250', '-output_ts_offset', '500', '-f', 'mpegts']],
  ['b.avi', ['-c:v', 'mpeg4', '-bf', '2', '-q:v', '3']],
])('finds the cuts of %s to the frame', async (name, codec) => {
  const path = join(temp, name);
  const part = (source: string, frames: number): string[] => [
    '-f',
    'lavfi',
    '-t',
    String(frames / 25),
    '-i',
    `${source}=size=128x80:rate=25`,
  ];
  const inputs = [...part('testsrc', 30), ...part('mandelbrot', 22), ...part('smptebars', 40)];
  await ffmpeg(
    ...inputs,
    '-filter_complex',
    '[0]setsar=1[a];[1]setsar=1[b];[2]setsar=1[c];[a][b][c]concat=n=3,format=yuv420p',
    ...codec,
    path,
  );
  const index = await openVideo(path);
  expect(index.frameCount).toBe(92);
  const told: number[] = [];
  const within = (...parts: [number, number][]) => {
    const ranges = parts.map(([first, last]) => ({
      start: frameAt(index, first).time,
      end: frameAt(index, last).time,
    }));
    return sceneFrames(path, index, stretchesOf(index, ranges), 8, { onProgress: ({ done }) => told.push(done) });
  };
  expect(await within()).toEqual([0, 30, 52]);
  expect(await within([50, 91], [20, 40])).toEqual([20, 30, 50, 52]);
  expect(await within([31, 50])).toEqual([31]);
  expect(told.at(-1)).toBe(20); // frames 31 to 50, and no other, were looked at
});
