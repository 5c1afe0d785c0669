// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ExportFormat, NumberedItem } from '../contract';
import { exportName, exportPictures } from './export';
import { PictureStore } from './pictures';

const temp = await mkdtemp(join(tmpdir(), 'zoetrope-export-'));
afterAll(() => rm(temp, { recursive: true, force: true }));
const pictures = new PictureStore(join(temp, 'pictures'));
const items: NumberedItem[] = await Promise.all(
  [10, 20, 30, 40, 50].map(async (grey, index) => ({
    id: `f${index}`,
    number: index + 3, // as in a selection of items
    origin: {
      kind: 'frame' as const,
      source: { id: 'v', name: 'clip.mp4' },
      index,
      pts: index,
      time: index,
      keyframe: false,
    },
    picture: await pictures.put({ width: 8, height: 6, data: new Uint8Array(8 * 6 * 3).fill(grey) }),
  })),
);
const FORMATS: ExportFormat[] = [{ kind: 'png' }, { kind: 'jpeg', quality: 90 }];

describe.each(FORMATS)('an export to $kind that is stopped in the middle', (format) => {
  it.each(['ask', 'keep'] as const)('leaves nothing of itself (%s)', async (existing) => {
    const folder = await mkdtemp(join(temp, 'stopped-'));
    await writeFile(join(folder, 'mine.txt'), 'mine');
    const stop = new AbortController();
    const seen: number[] = [];
    const onProgress = ({ done }: { done: number }): void => {
      seen.push(done);
      if (done === 2) stop.abort();
    };
    await expect(
      exportPictures({ items, folder, format, existing }, pictures, { signal: stop.signal, onProgress }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toEqual([1, 2]);
    expect(await readdir(folder)).toEqual(['mine.txt']);
  });

  it('that replaces leaves whole files: new ones up to there, the old ones after', async () => {
    const folder = await mkdtemp(join(temp, 'replaced-'));
    const suffix = format.kind === 'png' ? 'png' : 'jpg';
    const files = items.map((item, k) => `${exportName(item, k + 1)}.${suffix}`);
    expect(files[0]).toBe(`clip-003-f000000-0.000s.${suffix}`);
    for (const file of files) await writeFile(join(folder, file), 'old');
    const stop = new AbortController();
    await expect(
      exportPictures({ items, folder, format, existing: 'replace' }, pictures, {
        signal: stop.signal,
        onProgress: ({ done }) => done === 2 && stop.abort(),
      }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect((await readdir(folder)).sort()).toEqual(files);
    const old = await Promise.all(files.map(async (file) => (await readFile(join(folder, file), 'utf8')) === 'old'));
    expect(old).toEqual([false, false, true, true, true]);
  });
});

it('a picture that is lost stops the export with its reason, and nothing is left', async () => {
  const folder = join(temp, 'lost');
  await mkdir(folder);
  const lost: NumberedItem = { ...items[0]!, picture: { sha256: 'f'.repeat(64), width: 8, height: 6 } };
  await expect(
    exportPictures({ items: [items[1]!, lost], folder, format: { kind: 'png' }, existing: 'ask' }, pictures),
  ).rejects.toMatchObject({ code: 'file-missing' });
  expect(await readdir(folder)).toEqual([]);
});
