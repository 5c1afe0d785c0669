// SPDX-License-Identifier: Apache-2.0
import { stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { StoredSource } from '../library';
import { walk } from './scene-files';

/** Where a file of a project was found again. */
export interface Found {
  source: StoredSource;
  path: string;
  folder: string | null;
}

const sizeOf = async (path: string): Promise<number | undefined> => {
  const info = await stat(path).catch(() => undefined);
  return info?.isFile() ? info.size : undefined;
};

/** The files of a project that are no longer where they were. */
export async function missingAmong(sources: readonly StoredSource[]): Promise<StoredSource[]> {
  const sizes = await Promise.all(sources.map(({ path }) => sizeOf(path)));
  return sources.filter((_, k) => sizes[k] === undefined);
}

const parts = (path: string): string[] => path.split(sep);

/** How many parts two paths have in common at their ends. */
function commonEnd(a: string, b: string): number {
  const [one, other] = [parts(a).reverse(), parts(b).reverse()];
  const at = one.findIndex((part, k) => part !== other[k]);
  return at < 0 ? one.length : at;
}

/** The path without its last parts. */
const without = (path: string, count: number): string => parts(path).slice(0, -count).join(sep) || sep;

/**
 * Looks for missing files where they would be if they had been moved together with this one: at the same place relative
 * to it, with the same size.
 */
export async function movedAlong(
  moved: { from: string; to: string },
  missing: readonly StoredSource[],
): Promise<Found[]> {
  // The file itself may have got another name, so its folder is compared.
  const [from, to] = [dirname(moved.from), dirname(moved.to)];
  const same = commonEnd(from, to);
  const [oldRoot, newRoot] = same === 0 ? [from, to] : [without(from, same), without(to, same)];
  const found: Found[] = [];
  for (const source of missing) {
    const place = relative(oldRoot, source.path);
    if (place === '' || place.startsWith('..')) continue;
    const path = join(newRoot, place);
    if ((await sizeOf(path)) !== source.bytes) continue;
    const folder = source.folder === null ? null : join(newRoot, relative(oldRoot, source.folder));
    found.push({ source, path, folder });
  }
  return found;
}

/**
 * Looks for missing files anywhere below a folder, by name and size. Of several equal files, the one whose path ends
 * most like the old one is taken. @throws scene-too-large if the folder holds too many files of these names
 */
export async function findBelow(folder: string, missing: readonly StoredSource[]): Promise<Found[]> {
  const wanted = new Set(missing.map(({ path }) => basename(path)));
  const files = await walk(folder, (name) => wanted.has(basename(name)));
  return missing.flatMap((source) => {
    const ownPlace = source.folder === null ? basename(source.path) : relative(source.folder, source.path);
    const [best] = files
      .filter(({ bytes }) => bytes === source.bytes)
      .map(({ name }) => join(folder, name))
      .filter((path) => commonEnd(path, source.path) >= parts(ownPlace).length)
      .sort((a, b) => commonEnd(b, source.path) - commonEnd(a, source.path));
    if (best === undefined) return [];
    return [{ source, path: best, folder: source.folder === null ? null : without(best, parts(ownPlace).length) }];
  });
}
