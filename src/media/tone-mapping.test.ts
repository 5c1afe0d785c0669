// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { VideoNote } from '../contract';
import { listNames } from './ffmpeg';
import { ffmpeg } from './golden/clip';
import { openVideo, readFrames } from './index';

vi.setConfig({ testTimeout: 120_000 }); // every test starts several processes, on machines that may be busy
const temp = await mkdtemp(join(tmpdir(), 'zoetrope-tones-'));
afterAll(() => rm(temp, { recursive: true, force: true }));
const at = (file: string): string => join(temp, file);

/** Light of a screen, in cd/m2, as a SMPTE ST 2084 (PQ) signal. */
const pq = (light: number): number => {
  const y = (light / 10_000) ** (2610 / 16384);
  return ((3424 / 4096 + (2413 / 128) * y) / (1 + (2392 / 128) * y)) ** (2523 / 32);
};
/**
 * The same as a BT.2100 HLG signal for a screen of 1000 cd/m2: the inverse of the screen's gamma, then the camera's
 * curve.
 */
const hlg = (light: number): number => {
  const scene = (light / 1000) ** (1 / 1.2);
  return scene <= 1 / 12 ? Math.sqrt(3 * scene) : 0.17883277 * Math.log(12 * scene - 0.28466892) + 0.55991073;
};
const hable = (x: number): number => (x * (0.15 * x + 0.05) + 0.004) / (x * (0.15 * x + 0.5) + 0.06) - 0.02 / 0.3;

describe.each([
  ['PQ', 'smpte2084', pq],
  ['HLG', 'arib-std-b67', hlg],
] as const)('%s', (hdr, transfer, written) => {
  it('is shown as its light says, by the curve, or said not to be', async () => {
    const lights = [0.5, 5, 25, 100, 203, 400, 1000];
    const size = { width: 64, height: 48 };
    const plane = size.width * size.height;
    const raw = Buffer.alloc(lights.length * plane * 3); // 10 bits in two bytes; the chroma planes add half
    lights.forEach((light, n) => {
      for (let i = 0; i < plane * 1.5; i++)
        raw.writeUInt16LE(i < plane ? Math.round(64 + 876 * written(light)) : 512, (n * plane * 1.5 + i) * 2);
    });
    await writeFile(at('patches.yuv'), raw);
    const path = at(`${hdr}.mp4`);
    // ffmpeg up to 6 takes the colours from the options, later ones from the frames.
    const tags = ['-color_primaries', 'bt2020', '-color_trc', transfer, '-colorspace', 'bt2020nc'];
    const frames = ['-vf', `setparams=color_primaries=bt2020:color_trc=${transfer}:colorspace=bt2020nc`];
    await ffmpeg(
      '-f',
      'rawvideo',
      '-pix_fmt',
      'yuv420p10le',
      '-s',
      '64x48',
      '-i',
      at('patches.yuv'),
      ...frames,
      ...tags,
      '-c:v',
      'libx264',
      '-qp',
      '0',
      path,
    );
    const index = await openVideo(path);
    expect(index.hdr).toBe(hdr);
    const tonemaps = (await listNames('filters')).has('zscale');
    const notes: VideoNote[] = [];
    const shown: number[] = [];
    for await (const { image } of readFrames(path, index, [0, 1, 2, 3, 4, 5, 6], {
      onNote: (note) => notes.push(note),
    })) {
      expect(new Set(image.data).size).toBe(1); // grey stays grey
      shown.push(image.data[0]!);
    }
    expect(notes).toMatchObject([{ kind: tonemaps ? 'tone-mapped' : 'hdr-unmapped', text: { values: [hdr] } }]);
    expect(shown).toHaveLength(lights.length);
    if (!tonemaps) return;
    lights.forEach((light, k) => {
      // White is 100 cd/m2; the curve ends at 1000, which is assumed for a file that does not say.
      const grey = 255 * (hable(light / 100) / hable(10)) ** (1 / 2.4); // as screens show BT.709: BT.1886
      expect(Math.abs(shown[k]! - grey), `${light} cd/m2`).toBeLessThan(2.5);
    });
  });
});
