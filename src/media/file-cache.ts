// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileStamp } from './file';
import { PARTIAL, writeWhole } from './whole-file';

/** A half-written file this old was left by a crash. */
const ABANDONED_MS = 24 * 3600 * 1000;

/**
 * Files made from the user's files, in one folder that never grows past `limit` bytes for long: what was not used for
 * longest goes first. A file appears under its name only when it is whole.
 */
export class FileCache {
  constructor(
    readonly folder: string,
    readonly limit: number,
  ) {}

  /** A name for what is made of this version of a file. */
  static key(path: string, { size, mtimeMs }: FileStamp, what: string): string {
    return createHash('sha256').update([path, size, mtimeMs, what].join('\0')).digest('hex').slice(0, 40);
  }

  /** The file of this name if it is there, marked as used. */
  async find(name: string): Promise<string | undefined> {
    const file = join(this.folder, name);
    const now = new Date();
    // Touching it finds it and marks it as used in one step.
    return utimes(file, now, now).then(
      () => file,
      () => undefined,
    );
  }

  /** The file of this name, made by `make` if it is not there yet. What `make` throws is passed on. */
  async get(name: string, make: (partial: string) => Promise<void>): Promise<string> {
    const known = await this.find(name);
    if (known !== undefined) return known;
    const file = join(this.folder, name);
    await mkdir(this.folder, { recursive: true });
    await writeWhole(file, make);
    await this.#prune(name);
    return file;
  }

  async #prune(keep: string): Promise<void> {
    const names = await readdir(this.folder);
    const files = await Promise.all(
      names.map(async (name) => {
        const info = await stat(join(this.folder, name)).catch(() => undefined); // another process may prune too
        return { name, size: info?.size ?? 0, used: info?.mtimeMs ?? 0 };
      }),
    );
    let total = 0;
    for (const { name, size, used } of files.sort((a, b) => b.used - a.used)) {
      const partial = name.endsWith(PARTIAL);
      total += size;
      const goes = partial ? Date.now() - used > ABANDONED_MS : total > this.limit && name !== keep;
      if (!goes) continue;
      total -= size;
      await rm(join(this.folder, name), { force: true }).catch(() => undefined); // open in a player on Windows: next time
    }
  }
}
