// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileStamp } from './file';
import { PARTIAL, writeWhole } from './whole-file';

/** A partial file this old was left by a crash, in milliseconds. */
const ABANDONED_MS = 24 * 3600 * 1000;

/**
 * Files derived from the user's files, in one folder that is pruned to `limit` bytes, least recently used first. A file
 * gets its name only once it is complete.
 */
export class FileCache {
  constructor(
    readonly folder: string,
    readonly limit: number,
  ) {}

  /** The name for what is derived from this version of a file. */
  static key(path: string, { size, mtimeMs }: FileStamp, what: string): string {
    return createHash('sha256').update([path, size, mtimeMs, what].join('\0')).digest('hex').slice(0, 40);
  }

  /** The path of the file with this name if it exists; marks it as used. */
  async find(name: string): Promise<string | undefined> {
    const file = join(this.folder, name);
    const now = new Date();
    // utimes checks that it exists and marks it as used in one step.
    return utimes(file, now, now).then(
      () => file,
      () => undefined,
    );
  }

  /** The path of the file with this name, made by `make` if it does not exist yet. Errors of `make` are passed on. */
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
      await rm(join(this.folder, name), { force: true }).catch(() => undefined); // on Windows a player may have it open: removed next time
    }
  }
}
