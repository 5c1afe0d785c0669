// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { ffmpeg } from './golden/clip';
import { ffmpegCommand, FileCache, makePreview, openVideo, readFrames, thumbnails } from './index';
import { listNames } from './ffmpeg';
import { decodePng } from './photo';

vi.setConfig({ testTimeout: 120_000 });
const temp = await mkdtemp(join(tmpdir(), 'zoetrope-colours-'));
afterAll(() => rm(temp, { recursive: true, force: true }));
const encoders = await listNames('encoders');

const CODECS = {
  libx264: ['mp4', '-qp', '8'],
  libx265: ['mp4', '-preset', 'ultrafast', '-x265-params', 'log-level=none:qp=8'],
  'libvpx-vp9': ['webm', '-deadline', 'realtime', '-cpu-used', '8', '-crf', '8', '-b:v', '4M'],
  'libaom-av1': ['mp4', '-usage', 'realtime', '-cpu-used', '8', '-crf', '12', '-b:v', '0'],
  mpeg2video: ['ts', '-q:v', '1'],
  mpeg4: ['avi', '-q:v', '1'],
  prores_ks: ['mov'],
  ffv1: ['mkv'],
} as const;
type Codec = keyof typeof CODECS;

/** Colours of the twelve patches of a picture, in rows of four. */
const PATCHES = [
  '0x20C020',
  '0xC02020',
  '0x2020C0',
  '0xC0C020',
  '0x20C0C0',
  '0xC020C0',
  '0x808080',
  '0xF0F0F0',
  '0x101010',
  '0xE08040',
  '0x40E080',
  '0x8040E0',
];

/** A video of patches, made with `matrix`, whose file says about its colours only what `tags` say. */
async function patches(
  name: string,
  height: number,
  matrix: string,
  codec: Codec,
  tags: { colorspace?: string; color_primaries?: string; range?: string } = {},
): Promise<string> {
  const [suffix, ...options] = CODECS[codec];
  const path = join(temp, `${name}.${suffix}`);
  const sources = PATCHES.flatMap((colour) => [
    '-f',
    'lavfi',
    '-i',
    `color=${colour}:s=24x${height / 4}:d=0.1:r=10,format=gbrp`,
  ]);
  const rows = [0, 1, 2, 3].map((row) => `${[0, 1, 2].map((k) => `[${row * 3 + k}]`).join('')}hstack=3[r${row}]`);
  const { colorspace = 'unknown', color_primaries: primaries = 'unknown', range = 'tv' } = tags;
  const pixels = codec === 'prores_ks' ? 'yuv422p10le' : 'yuv420p';
  const graph = `${rows.join(';')};[r0][r1][r2][r3]vstack=4,scale=out_color_matrix=${matrix}:out_range=${range},format=${pixels},setparams=colorspace=${colorspace}:color_primaries=${primaries}:color_trc=unknown:range=${range}`;
  // ffmpeg up to 6 takes the colours from the options, later ones from the frames.
  const named = Object.entries({
    colorspace: tags.colorspace,
    color_primaries: tags.color_primaries,
    color_range: tags.range,
  }).flatMap(([key, value]) => (value ? [`-${key}`, value] : []));
  await ffmpeg(...sources, '-filter_complex', graph, '-c:v', codec, ...options, ...named, path);
  return path;
}

async function firstFrame(path: string): Promise<{ width: number; height: number; data: Uint8Array }> {
  const index = await openVideo(path);
  for await (const { image } of readFrames(path, index, [0])) return image;
  throw new Error('no frame');
}

/** The largest difference between two corresponding bytes of two pictures. */
const apart = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), a.length === b.length ? 0 : 255);

/** The middle of each patch. */
function middles({ width, height, data }: { width: number; height: number; data: Uint8Array }): number[] {
  return PATCHES.flatMap((_, k) => {
    const at =
      (Math.floor(((Math.floor(k / 3) + 0.5) * height) / 4) * width + Math.floor((((k % 3) + 0.5) * width) / 3)) * 3;
    return [...data.subarray(at, at + 3)];
  });
}
const MEANT = PATCHES.flatMap((colour) => [2, 4, 6].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)));

describe.each(Object.keys(CODECS).filter((name) => encoders.has(name)) as Codec[])(
  'a video in %s that names no matrix',
  (codec) => {
    it.each([
      [716, 'bt601', 'smpte170m'],
      [720, 'bt709', 'bt709'],
    ] as const)('and has %i lines shows what its twin shows that names %s', async (height, assumed, named) => {
      const plain = await patches(`${codec}-${height}`, height, named, codec);
      const twin = await patches(`${codec}-${height}-named`, height, named, codec, { colorspace: named });
      const image = await firstFrame(plain);
      expect(apart(image.data, (await firstFrame(twin)).data)).toBe(0);
      expect(apart(Uint8Array.from(middles(image)), Uint8Array.from(MEANT))).toBeLessThan(12);
      // Not every container and codec can store the name of a matrix.
      expect((await openVideo(plain)).assumedMatrix).toBe(assumed);
    });
  },
);

it('the assumption goes by the matrix alone: range and primaries are as the file says', async () => {
  for (const [name, tags] of [
    ['full', { range: 'pc' }],
    ['primaries', { color_primaries: 'bt709' }],
  ] as const) {
    const image = await firstFrame(await patches(name, 720, 'bt709', 'libx264', tags));
    expect(apart(Uint8Array.from(middles(image)), Uint8Array.from(MEANT)), name).toBeLessThan(12);
  }
  const named = await openVideo(await patches('sd-as-hd', 720, 'smpte170m', 'libx264', { colorspace: 'smpte170m' }));
  expect(named.assumedMatrix).toBeUndefined();
});

it('Motion JPEG, which is always BT.601, and RGB are left alone', async () => {
  for (const options of [
    ['-c:v', 'mjpeg', '-q:v', '1', '-pix_fmt', 'yuvj444p'],
    ['-c:v', 'png'],
    ['-c:v', 'libx264rgb', '-qp', '0'],
  ]) {
    const path = join(temp, `${options[1]!}.mov`);
    await ffmpeg('-f', 'lavfi', '-i', 'color=0x20C020:s=64x720:d=0.1:r=10,format=gbrp', ...options, path);
    expect((await openVideo(path)).assumedMatrix).toBeUndefined();
    expect(
      apart((await firstFrame(path)).data.subarray(0, 3), Uint8Array.of(0x20, 0xc0, 0x20)),
      options[1],
    ).toBeLessThan(6);
  }
});

it('thumbnails, a copy for the player and the copied command show the same colours', async () => {
  for (const [name, height, matrix, tags] of [
    ['hd', 720, 'bt709', {}],
    ['sd', 716, 'smpte170m', {}],
    ['sd-named', 716, 'smpte170m', { colorspace: 'smpte170m' }],
    ['large-601', 720, 'smpte170m', { colorspace: 'smpte170m' }],
  ] as const) {
    const path = await patches(`everywhere-${name}`, height, matrix, 'libx264', tags);
    const index = await openVideo(path);
    const sampled = middles(await firstFrame(path));
    const copy = await makePreview(path, index, 'low', new FileCache(join(temp, 'cache'), 1e9));
    expect((await openVideo(copy.file)).assumedMatrix, 'a copy names its matrix').toBeUndefined();
    expect(
      apart(Uint8Array.from(middles(await firstFrame(copy.file))), Uint8Array.from(sampled)),
      `copy of ${name}`,
    ).toBeLessThan(9);
    for await (const { jpeg } of thumbnails(path, index, { count: 1, height: 200 })) {
      const { data, info } = await sharp(jpeg).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      expect(
        apart(Uint8Array.from(middles({ ...info, data })), Uint8Array.from(sampled)),
        `thumbnail of ${name}`,
      ).toBeLessThan(16);
    }
    const [, ...words] = await ffmpegCommand(path, index, [0], join(temp, `${name}-%d.png`));
    await ffmpeg(...words);
    expect(
      apart((await decodePng(await readFile(join(temp, `${name}-1.png`)))).data, (await firstFrame(path)).data),
      `command for ${name}`,
    ).toBe(0);
  }
});
