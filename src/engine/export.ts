// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:fs';
import { access, copyFile, open, rm, writeFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { say, throwIfCancelled, ZoetropeError, type ExportFormat, type NumberedItem } from '../contract';
import { encodeJpeg, ffmpegCommand, openVideo, quoted, writeWhole } from '../media';
import { fileMark } from './captions';
import type { JobOptions } from './items';
import type { PictureStore } from './pictures';

/** From this JPEG quality on colours keep their full resolution too. */
const FULL_COLOUR = 90;

/** A name that every file system takes, and that no shell or pattern reads as more than a name. */
const plain = (name: string): string =>
  parse(name)
    .name.replace(/[^\p{L}\p{N} ._-]/gu, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
    .slice(0, 80) || 'picture';

/** `clip-003-f000250-10.000s`: the picture's number and what it was; without a suffix. */
export const exportName = (item: NumberedItem, place: number): string =>
  `${plain(item.origin.source.name)}-${String(item.number ?? place).padStart(3, '0')}${fileMark(item)}`;

export interface ExportRequest {
  items: readonly NumberedItem[];
  folder: string;
  format: ExportFormat;
  /** What to do with files of the same names: say how many there are and write nothing, replace them, or number the new ones. */
  existing: 'ask' | 'replace' | 'keep';
}

/**
 * Writes pictures into a folder at full size: PNG with exactly their pixels, or JPEG. No file is ever seen half
 * written, and a cancelled export takes back the files it added.
 * @returns how many were written, or, when asked to ask, how many names are taken.
 * @throws ZoetropeError `disk-full`, `file-unreadable` (the folder cannot be written), `file-missing`, `cancelled`.
 */
export async function exportPictures(
  { items, folder, format, existing }: ExportRequest,
  pictures: PictureStore,
  { signal, onProgress }: JobOptions = {},
): Promise<{ written: number; taken: number }> {
  const suffix = format.kind === 'png' ? '.png' : '.jpg';
  const names = items.map((item, k) => exportName(item, k + 1));
  if (existing === 'ask') {
    const taken = await Promise.all(
      names.map((name) =>
        access(join(folder, name + suffix)).then(
          () => true,
          () => false,
        ),
      ),
    );
    const clashes = taken.filter(Boolean).length;
    if (clashes > 0) return { written: 0, taken: clashes };
  }
  const added: string[] = [];
  try {
    for (const [k, item] of items.entries()) {
      throwIfCancelled(signal);
      const file = join(folder, names[k]! + suffix);
      const target =
        existing === 'replace' ? file : await freeName(file, async (free) => (await open(free, 'wx')).close());
      if (existing !== 'replace') added.push(target);
      await writeWhole(target, async (partial) => {
        if (format.kind === 'png') await copyFile(pictures.file(item.picture), partial, constants.COPYFILE_FICLONE);
        else
          await writeFile(
            partial,
            await encodeJpeg(await pictures.get(item.picture), format.quality, format.quality >= FULL_COLOUR),
          );
      });
      onProgress?.({ step: 'export', done: k + 1, total: items.length });
    }
  } catch (error) {
    await Promise.all(added.map((file) => rm(file, { force: true })));
    throw plainly(error);
  }
  return { written: items.length, taken: 0 };
}

/** Takes the first name that is free, `clip (2).png` if `clip.png` is not. `take` throws EEXIST for one that is taken. */
export async function freeName(wished: string, take: (path: string) => Promise<unknown>): Promise<string> {
  const { dir, name, ext } = parse(wished);
  for (let n = 1; ; n++) {
    const free = join(dir, n === 1 ? name + ext : `${name} (${n})${ext}`);
    try {
      await take(free);
      return free;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** What the file system says, in plain words. */
export function plainly(error: unknown): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  if (error instanceof ZoetropeError || code === undefined) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new ZoetropeError(
      'disk-full',
      say`There is no room left on the disk.`,
      say`Free some space, or choose a folder on another disk.`,
      path,
    );
  if (code === 'ENOENT')
    return new ZoetropeError(
      'file-missing',
      say`A picture of the tray is no longer on disk.`,
      say`Remove it from the tray and sample or capture it again.`,
      path,
    );
  return new ZoetropeError(
    'file-unreadable',
    say`The folder cannot be written to.`,
    say`Choose another folder.`,
    String(error),
  );
}

/** The shell command that makes ffmpeg write these frames of one video. */
export async function commandFor(
  path: string,
  name: string,
  places: readonly number[],
  options: JobOptions = {},
): Promise<string> {
  const index = await openVideo(path, options);
  const ascending = [...new Set(places)].filter((place) => place < index.frameCount).sort((a, b) => a - b);
  if (ascending.length === 0)
    throw new ZoetropeError('no-frames', say`"${name}" has no frames in the tray.`, say`Sample the video first.`);
  const words = await ffmpegCommand(path, index, ascending, `${plain(name)}-%03d.png`, options);
  return words.map((word) => quoted(word)).join(' ');
}
