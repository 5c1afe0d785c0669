// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { benchFrames, type FramesResult } from '.';
import { WAYS } from './frames';

const folder = await mkdtemp(join(tmpdir(), 'zoetrope-bench-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

it('every way brings the frames, and what each took is weighed', { timeout: 120_000 }, async () => {
  const results: FramesResult[] = [];
  const tiny = { codecs: ['h264'] as const, seconds: [2, 61], counts: [3], height: 32, rounds: 1, folder };
  for await (const result of benchFrames(tiny)) results.push(result);
  expect(results.map(({ seconds, way }) => [seconds, way])).toEqual(
    [2, 61].flatMap((seconds) => WAYS.map((way) => [seconds, way])),
  );
  for (const { wall, cpu, peak } of results) {
    expect(wall).toBeGreaterThan(0);
    if (process.platform !== 'linux') continue;
    expect(cpu).toBeGreaterThan(0);
    expect(peak).toBeGreaterThan(20e6);
  }
});

it('stops when it is told to', async () => {
  const run = benchFrames(
    { codecs: ['h264'], seconds: [2], counts: [1], height: 32, rounds: 1, folder },
    AbortSignal.abort(),
  );
  await expect(run.next()).rejects.toMatchObject({ code: 'cancelled' });
});
