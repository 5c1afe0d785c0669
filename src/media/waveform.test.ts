// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { ffmpeg } from './golden/clip';
import { FileCache, openVideo, thumbnails, waveform } from './index';
import { PeakMeter } from './waveform';

vi.setConfig({ testTimeout: 60_000 });
const temp = await mkdtemp(join(tmpdir(), 'zoetrope-wave-'));
afterAll(() => rm(temp, { recursive: true, force: true }));

it('takes the loudest of each run, wherever the pieces are cut', () => {
  const samples = new Int16Array(400);
  samples[10] = -32768;
  samples[170] = 16384;
  samples[399] = 256;
  const bytes = new Uint8Array(samples.buffer);
  for (const cut of [1, 3, 160, 799]) {
    const meter = new PeakMeter(10);
    meter.add(bytes.subarray(0, cut));
    meter.add(bytes.subarray(cut));
    expect([...meter.finish()]).toEqual([255, 128, 2]);
  }
});

it('is silent where the sound is, and loud where it is loud, on the clock of the video', async () => {
  const path = join(temp, 'beep.ts');
  // A beep in the third second, in a file whose clock starts at 3600 s.
  const sound = "aevalsrc='if(between(t,2,3),sin(2000*t),0)':d=5:s=44100";
  await ffmpeg(
    '-f',
    'lavfi',
    '-i',
    'testsrc=size=64x48:rate=25:duration=5',
    '-f',
    'lavfi',
    '-i',
    sound,
    '-c:v',
    'libx264',
    '-g',
    '25',
    '-c:a',
    'aac',
    '-output_ts_offset',
    '3600',
    '-f',
    'mpegts',
    path,
  );
  const cache = new FileCache(join(temp, 'cache'), 1e6);
  const index = await openVideo(path);
  const peaks = await waveform(path, index, cache);
  expect(Math.abs(peaks.length / 50 - index.duration)).toBeLessThan(0.1);
  const loudAt = (from: number, to: number): number => Math.max(...peaks.subarray(from * 50, to * 50));
  expect([loudAt(0, 1.8) < 10, loudAt(2.2, 2.8) > 180, loudAt(3.2, 4.8) < 10]).toEqual([true, true, true]);
  expect(await waveform(path, index, cache)).toEqual(peaks);
  expect(await readdir(cache.folder)).toHaveLength(1);

  const times: number[] = [];
  for await (const { time } of thumbnails(path, index, { count: 5, height: 24, range: { start: 1, end: 2 } }))
    times.push(time);
  expect(times).toHaveLength(5);
  expect(times.every((time) => time >= 0.95 && time <= 2.05)).toBe(true);
});
