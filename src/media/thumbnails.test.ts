// SPDX-License-Identifier: Apache-2.0
import { copyFile, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { makeCorpus } from './golden/corpus';
import { FRAMES } from './golden/frames';
import { FileCache, keptThumbnails, openVideo, sourceThumbnail, thumbnails } from './index';

const CLIPS = ['bframes.mp4', 'late.ts', 'anim.gif', 'turned90.mp4', 'one.mp4'];
vi.setConfig({ testTimeout: 120_000 }); // every test starts several processes, on machines that may be busy
const temp = await mkdtemp(join(tmpdir(), 'zoetrope-thumbnails-'));
afterAll(() => rm(temp, { recursive: true, force: true }));
for (const { file, path } of await makeCorpus(FRAMES, CLIPS)) await copyFile(path, join(temp, file));
const at = (file: string): string => join(temp, file);

describe('thumbnails', () => {
  it('are kept: made once, the same when they come from the disk, and made anew for a new version', async () => {
    const path = at('kept.mp4');
    await copyFile(at('bframes.mp4'), path);
    const cache = new FileCache(at('strips'), 1e6);
    const strip = async () => {
      const all: { time: number; jpeg: string }[] = [];
      for await (const { time, jpeg } of keptThumbnails(path, await openVideo(path), { count: 6, height: 40 }, cache))
        all.push({ time, jpeg: jpeg.toString('base64') });
      return all;
    };
    const first = await strip();
    const [file, ...more] = await readdir(cache.folder);
    expect([first.length, more]).toEqual([6, []]);
    expect(await strip()).toEqual(first);
    await writeFile(join(cache.folder, file!), Buffer.alloc(0));
    expect(await strip()).toEqual([]); // an incomplete strip was not cached
    await utimes(path, 1, 1);
    expect(await strip()).toEqual(first);
    for await (const { time } of keptThumbnails(
      path,
      await openVideo(path),
      { count: 6, height: 40, range: { start: 1, end: 2 } },
      cache,
    ))
      expect(time).toBeGreaterThanOrEqual(0.9);
    for await (const _ of keptThumbnails(
      at('late.ts'),
      await openVideo(at('late.ts')),
      { count: 6, height: 40 },
      cache,
    ))
      break; // the consumer stopped early
    expect(await readdir(cache.folder)).toHaveLength(2);
  });
  it.each(CLIPS)('of %s', async (file) => {
    const index = await openVideo(at(file));
    const times: number[] = [];
    for await (const { time, jpeg } of thumbnails(at(file), index, { count: 8, height: 40 })) {
      times.push(time);
      const { format, height, width } = await sharp(jpeg).metadata();
      expect([format, height]).toEqual(['jpeg', 40]);
      expect(width / 40).toBeCloseTo(index.width / index.height, 1);
    }
    expect(times.length).toBe(Math.min(8, index.frameCount));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBe(0);
  });
});

it('of a source: a small picture of any video or photograph, also a turned one; none of a file that shows nothing', async () => {
  const cache = new FileCache(at('small'), 1e6);
  const small = async (path: string) => {
    const jpeg = await sourceThumbnail(path, cache);
    if (jpeg === null) return null;
    const { format, width, height } = await sharp(jpeg).metadata();
    return [format, width > height ? 'wide' : 'tall', height];
  };
  for (const file of ['bframes.mp4', 'late.ts', 'anim.gif', 'one.mp4'])
    expect([file, await small(at(file))]).toEqual([file, ['jpeg', 'wide', 72]]);
  expect(await small(at('turned90.mp4'))).toEqual(['jpeg', 'tall', 72]);
  await sharp({ create: { width: 60, height: 900, channels: 3, background: 'red' } })
    .jpeg()
    .withMetadata({ orientation: 6 })
    .toFile(at('photo.jpg'));
  expect((await small(at('photo.jpg')))?.[1]).toBe('wide');
  await writeFile(at('broken.mp4'), 'x');
  await writeFile(at('scene.obj'), 'v 0 0 0');
  expect([await small(at('broken.mp4')), await small(at('scene.obj'))]).toEqual([null, null]);
  expect((await readdir(cache.folder)).length).toBe(7); // what shows nothing is remembered too
});
