// SPDX-License-Identifier: Apache-2.0
import { access, copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { say, ZoetropeError, type Item } from '../contract';
import type { Engine } from '../engine';
import { jsonOut, oneLine, toOut } from './terminal';

/** The number of the k-th picture in file names: counted from 1, with at least three digits. */
export const fileNumber = (k: number): string => String(k + 1).padStart(3, '0');

/** Refuses to overwrite files. @throws bad-request if one of these names exists in the folder. */
export async function refuseExisting(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const taken = await access(join(folder, name)).then(
      () => true,
      () => false,
    );
    if (taken)
      throw new ZoetropeError(
        'bad-request',
        say`"${name}" is already in the folder "${basename(folder)}".`,
        say`Name another folder, or replace files with --force.`,
      );
  }
}

/**
 * Copies the pictures into a folder under these names. Returns their paths, or undefined for each if there is no
 * folder.
 */
export async function save(
  items: readonly Item[],
  out: string | undefined,
  engine: Engine,
  nameOf: (item: Item, k: number) => string,
): Promise<(string | undefined)[]> {
  if (out === undefined) return items.map(() => undefined);
  await mkdir(out, { recursive: true });
  return Promise.all(
    items.map(async (item, k) => {
      const file = join(out, nameOf(item, k));
      await copyFile(engine.pictures.file(item.picture), file);
      return file;
    }),
  );
}

/** Prints the pictures on standard output. */
export function print(
  json: boolean,
  facts: object,
  key: 'frames' | 'views',
  items: readonly Item[],
  files: (string | undefined)[],
  beside: readonly object[] = [],
): void {
  const entries = items.map(({ origin: { source: _source, ...origin }, picture }, k) => ({
    number: k + 1,
    ...origin,
    ...picture,
    file: files[k],
    ...beside[k],
  }));
  if (json) return jsonOut({ ...facts, [key]: entries });
  entries.forEach((entry) => {
    const place = entry.kind === 'frame' ? `${entry.pts.toFixed(6)} s` : String(entry.number);
    toOut(
      `${[place, `${entry.width}x${entry.height}`, entry.sha256, oneLine(entry.file ?? '')].join('\t').trimEnd()}\n`,
    );
  });
}
