// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { ffmpeg } from './golden/clip';
import { makeCorpus } from './golden/corpus';
import { readCode, upright } from './golden/frames';
import {
  FileCache,
  frameAt,
  frameAtTime,
  makePreview,
  openVideo,
  previewWay,
  readFrames,
  type VideoIndex,
} from './index';

vi.setConfig({ testTimeout: 120_000 });
const temp = await mkdtemp(join(tmpdir(), 'zoetrope-preview-'));
afterAll(() => rm(temp, { recursive: true, force: true }));
const files = [
  'bframes.mp4',
  'open.ts',
  'late.ts',
  'vfr.mkv',
  'edit.mp4',
  'negative.mov',
  'ps.mpg',
  'b.avi',
  'late.mp4',
  'latesound.mp4',
  'latehevc.mp4',
  'coarse.mov',
  'soundfirst.mp4',
  'turned90.mp4',
  'pq.mp4',
  'anim.webp',
];
const corpus = await makeCorpus(60, files);
const sizes = await makeCorpus(undefined, ['sizes.ts', 'sizes.webm', 'sizesjoined.ts']);
const clip = (name: string): string => corpus.find(({ file }) => file === name)!.path;
const cache = new FileCache(join(temp, 'cache'), 1e9);

const known: VideoIndex = {
  ...{
    path: 'x',
    file: 'x',
    size: 1e6,
    mtimeMs: 0,
    container: 'mov,mp4,m4a,3gp,3g2,mj2',
    codec: 'h264',
    pixels: 'yuv420p',
    width: 64,
    height: 48,
  },
  ...{
    rotation: 0,
    sar: 1,
    hasAudio: true,
    sound: 'aac',
    subtitles: [],
    frameCount: 2,
    duration: 1,
    averageFps: 2,
    startTime: 0,
    lead: 0,
    access: 'seek',
    notes: [],
  },
  frames: {
    pts: Float64Array.of(0, 1),
    timeBase: [1, 2],
    keyframes: Uint32Array.of(0),
    lastDuration: 1,
    by: 'pts',
    reach: 0,
  },
};

it('plays what plays, repackages what only stands in the wrong container, copies the rest', () => {
  const ways = (change: Partial<VideoIndex>): (string | null)[] => [
    previewWay({ ...known, ...change }, null),
    previewWay({ ...known, ...change }, 'original'),
    previewWay({ ...known, ...change }, 'repackaged'),
  ];
  expect(ways({})).toEqual(['original', 'low', 'low']);
  expect(ways({ container: 'mpegts' })).toEqual(['repackaged', 'repackaged', 'low']);
  expect(ways({ container: 'avi', sound: '' })).toEqual(['repackaged', 'repackaged', 'low']);
  expect(ways({ container: 'matroska,webm', sound: 'ac3' })).toEqual(['repackaged', 'repackaged', 'low']); // it would play without sound
  expect(ways({ container: 'matroska,webm' })).toEqual(['repackaged', 'repackaged', 'low']); // seeks showed wrong frames
  expect(ways({ container: 'matroska,webm', codec: 'vp9' })).toEqual(['original', 'low', 'low']);
  expect(ways({ startTime: 100 })).toEqual(['repackaged', 'repackaged', 'low']);
  expect(ways({ startTime: 2, lead: 2 })).toEqual(['original', 'low', 'low']);
  expect(ways({ unheededMatrix: 'bt709' })).toEqual(['repackaged', 'repackaged', 'low']); // a player would show other colours
  expect(ways({ codec: 'hevc', fields: 'top' })).toEqual(['low', 'low', 'low']);
  expect(ways({ codec: 'hevc', pixels: 'yuv420p10le' })).toEqual(['original', 'low', 'low']); // where the machine can
  expect(ways({ codec: 'prores', pixels: 'yuv422p10le' })).toEqual(['low', 'low', 'low']);
  expect(ways({ container: 'mpegts', codec: 'mpeg2video' })).toEqual(['low', 'low', 'low']);
});

describe.each([...corpus, ...sizes])('the clock of a copy: $name', ({ path, first }) => {
  it.each(['repackaged', 'low'] as const)('%s', async (way) => {
    const index = await openVideo(path);
    if (way === 'repackaged' && (index.codec !== 'h264' || index.access !== 'seek')) return;
    const made = await makePreview(path, index, way, cache);
    const copy = await openVideo(made.file);
    expect(copy.codec).toBe('h264');
    expect(Math.abs(copy.startTime)).toBeLessThan(0.002); // players count from there
    for (let i = 0; i < index.frameCount; i++) {
      // A player asked for the middle of a frame shows that frame.
      const { time } = frameAt(index, i);
      const next = i + 1 < index.frameCount ? frameAt(index, i + 1).time : index.duration;
      const shown = frameAt(copy, frameAtTime(copy, (time + next) / 2)).time;
      // The first may be on screen before its time: nothing else could be.
      if (i > 0 || shown > 0.0025) expect(Math.abs(shown - time), `frame ${i}`).toBeLessThan(0.0025);
    }
    if (first === undefined) return;
    const middle = frameAt(index, index.frameCount >> 1).time;
    for await (const { image } of readFrames(made.file, copy, [frameAtTime(copy, middle + 0.003)])) {
      expect(readCode(upright(image, index.rotation))).toBe(first + (index.frameCount >> 1));
    }
  });
});

it('a copy of HDR has the colours of the frames that are sampled', async () => {
  const path = join(temp, 'colours.mp4');
  const pq = 'setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc';
  const tags = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'];
  await ffmpeg(
    '-f',
    'lavfi',
    '-i',
    'color=0x50684c:size=96x64:d=0.2',
    '-vf',
    pq,
    ...tags,
    '-c:v',
    'libx264',
    '-qp',
    '0',
    '-pix_fmt',
    'yuv420p10le',
    path,
  );
  const index = await openVideo(path);
  const made = await makePreview(path, index, 'low', cache);
  const colour = async (file: string, of: VideoIndex): Promise<number[]> => {
    for await (const { image } of readFrames(file, of, [0]))
      return [...image.data.subarray(48 * 64 * 3, 48 * 64 * 3 + 3)];
    return [];
  };
  const sampled = await colour(path, index);
  const shown = await colour(made.file, await openVideo(made.file)); // openVideo uses the copy's tags, as players do
  expect(sampled).toHaveLength(3);
  sampled.forEach((value, k) =>
    expect(Math.abs(value - shown[k]!), `${sampled.join()} and ${shown.join()}`).toBeLessThan(5),
  );
});

it('a copy that cannot be repackaged is made small, one that is there is not made again, a stop leaves nothing', async () => {
  const path = clip('late.ts');
  const index = await openVideo(path);
  const tiny = new FileCache(join(temp, 'tiny'), index.size);
  const made = await makePreview(path, index, 'repackaged', tiny);
  expect(made.way).toBe('low'); // a repackaged copy would have filled the cache
  const { mtimeMs } = await stat(made.file);
  const steps: string[] = [];
  expect(await makePreview(path, index, 'low', tiny, { onProgress: ({ step }) => steps.push(step) })).toEqual(made);
  expect([steps, (await stat(made.file)).mtimeMs >= mtimeMs]).toEqual([[], true]);

  const stop = new AbortController();
  const stopped = makePreview(clip('vfr.mkv'), await openVideo(clip('vfr.mkv')), 'low', tiny, {
    signal: stop.signal,
    onProgress: () => stop.abort(),
  });
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  expect(await readdir(tiny.folder)).toEqual([basename(made.file)]);
});

it('a cache keeps to its size: what was used last stays', async () => {
  const small = new FileCache(join(temp, 'small'), 250);
  const put = (name: string): Promise<string> => small.get(name, (partial) => writeFile(partial, Buffer.alloc(100)));
  for (const [k, name] of ['a', 'b'].entries()) await utimes(await put(name), k + 1, k + 1);
  await put('a');
  await put('c');
  expect((await readdir(small.folder)).sort()).toEqual(['a', 'c']);
});
