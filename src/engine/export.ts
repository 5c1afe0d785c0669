// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:fs';
import { access, copyFile, open, rm, writeFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { say, throwIfCancelled, ZoetropeError, type ExportFormat, type NumberedItem } from '../contract';
import { encodeJpeg, ffmpegCommand, openVideo, quoted, writeWhole } from '../media';
import { fileMark } from './captions';
import type { JobOptions } from './items';
import type { PictureStore } from './pictures';

/** From this JPEG quality on, colours are stored at full resolution. */
const FULL_COLOUR = 90;

/** A file name that is valid on every file system and has no special meaning in a shell or pattern. */
const plain = (name: string): string =>
  parse(name)
    .name.replace(/[^\p{L}\p{N} ._-]/gu, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
    .slice(0, 80) || 'picture';

/**
 * File name of an exported picture, without suffix: `clip-003-f000250-10.000s` has the picture's number, frame number
 * and time.
 */
export const exportName = (item: NumberedItem, place: number): string =>
  `${plain(item.origin.source.name)}-${String(item.number ?? place).padStart(3, '0')}${fileMark(item)}`;

export interface ExportRequest {
  items: readonly NumberedItem[];
  folder: string;
  format: ExportFormat;
  /**
   * What to do about existing files of the same names. `ask`: write nothing and return their number. `replace`:
   * overwrite them. `keep`: number the new files.
   */
  existing: 'ask' | 'replace' | 'keep';
}

/**
 * Writes pictures into a folder at full size: PNG with exactly their pixels, or JPEG. No incomplete file ever has its
 * final name, and a cancelled export deletes the files it added.
 * @returns how many were written, or, for `ask`, how many names are taken.
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

/**
 * Tries names until one is free: `clip (2).png` if `clip.png` is taken. `take` must throw EEXIST for a name that is
 * taken.
 */
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

/** A `ZoetropeError` in plain words for an error of the file system. */
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

/** The shell command with which ffmpeg writes these frames of one video. */
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
