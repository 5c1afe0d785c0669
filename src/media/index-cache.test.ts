// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { makeCorpus } from './golden/corpus';
import { keptIndex } from './index-cache';
import { FileCache, openVideo, peekVideo } from './index';

vi.setConfig({ testTimeout: 120_000 });
const temp = await mkdtemp(join(tmpdir(), 'zoetrope-indexes-'));
afterAll(() => rm(temp, { recursive: true, force: true }));
const corpus = await makeCorpus(60, ['vfr.mkv', 'anim.gif', 'turned90.mp4', 'one.mp4']);
const never = (): Promise<never> => Promise.reject(new Error('read again'));

it.each(corpus)('$name: what is kept is what was read', async ({ path }) => {
  const indexes = new FileCache(await mkdtemp(join(temp, 'kept-')), 1e6);
  const index = await openVideo(path, { indexes });
  const stamp = { size: index.size, mtimeMs: index.mtimeMs };
  expect(await keptIndex(path, path, stamp, indexes, never)).toEqual(index);
  // An index of another version of the file, or one that is no longer complete, is not used.
  await expect(keptIndex(path, path, { ...stamp, mtimeMs: stamp.mtimeMs + 1 }, indexes, never)).rejects.toThrow(
    'read again',
  );
  const [file] = await readdir(indexes.folder);
  const whole = await readFile(join(indexes.folder, file!));
  for (const broken of [whole.subarray(0, -1), Buffer.from('{'), Buffer.alloc(0)]) {
    await writeFile(join(indexes.folder, file!), broken);
    expect(await keptIndex(path, path, stamp, indexes, () => Promise.resolve(index))).toBe(index);
    expect(await keptIndex(path, path, stamp, indexes, never)).toEqual(index);
  }
});

it('a cache that cannot be written to is no failure', async () => {
  const { path } = corpus[0]!;
  const { size, mtimeMs } = await stat(path);
  const file = join(temp, 'a file');
  await writeFile(file, 'x');
  const index = await openVideo(path);
  expect(
    await keptIndex(path, path, { size, mtimeMs }, new FileCache(join(file, 'below'), 1e6), () =>
      Promise.resolve(index),
    ),
  ).toBe(index);
});

it('a look at the beginning refuses what has no pictures, and nothing else', async () => {
  for (const { path } of corpus) await peekVideo(path);
  const text = join(temp, 'letter.mp4');
  await writeFile(text, 'Dear all');
  await expect(peekVideo(text)).rejects.toMatchObject({ code: 'not-a-video' });
  await writeFile(text, '');
  await expect(peekVideo(text)).rejects.toMatchObject({ code: 'file-empty' });
  await expect(peekVideo(join(temp, 'none.mp4'))).rejects.toMatchObject({ code: 'file-missing' });
});
