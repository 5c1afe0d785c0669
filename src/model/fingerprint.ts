// SPDX-License-Identifier: Apache-2.0
/** Hashes that identify the content of files and of model folders. */

import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { throwIfCancelled } from '../contract';
import { settingsFiles, type ModelFolder } from './folder';
import { GRAPHS } from './graphs';

/** Number of files whose hashes are stored. */
const MOST_FILES = 1000;
/** Smaller files, in bytes, are hashed again each time: storing their hashes is not worth it. */
const SMALL_BYTES = 1 << 20;

const Remembered = z.array(z.tuple([z.string(), z.string(), z.string().regex(/^[0-9a-f]{64}$/)]));

/**
 * SHA-256 of whole files. The hash is stored under the file's size, inode and times, so that gigabytes are not read
 * again at each start.
 */
export class FileHashes {
  #known: Promise<Map<string, { state: string; sha256: string }>> | undefined;

  /** @param file where hashes are stored between starts; without it, in memory only. */
  constructor(private readonly file?: string) {}

  /** @returns hex. @throws the system's error; `cancelled`. */
  async of(path: string, signal?: AbortSignal): Promise<string> {
    const state = await stateOf(path);
    const known = await (this.#known ??= this.#read());
    const before = known.get(path);
    if (before?.state === state) return before.sha256;
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      throwIfCancelled(signal);
      hash.update(chunk as Buffer);
    }
    const sha256 = hash.digest('hex');
    // A file that was written to in the meantime is hashed again the next time.
    if ((await stateOf(path)) !== state || Number(state.split(' ')[0]) < SMALL_BYTES) return sha256;
    known.delete(path);
    known.set(path, { state, sha256 });
    for (const oldest of [...known.keys()].slice(0, -MOST_FILES)) known.delete(oldest);
    await this.#write(known);
    return sha256;
  }

  async #read(): Promise<Map<string, { state: string; sha256: string }>> {
    try {
      const rows = Remembered.parse(JSON.parse(await readFile(this.file ?? '', 'utf8')));
      return new Map(rows.map(([path, state, sha256]) => [path, { state, sha256 }]));
    } catch {
      return new Map(); // missing or damaged: the files are just hashed again
    }
  }

  async #write(known: ReadonlyMap<string, { state: string; sha256: string }>): Promise<void> {
    if (this.file === undefined) return;
    const partial = `${this.file}.${randomUUID()}.part`;
    try {
      await mkdir(dirname(this.file), { recursive: true });
      await writeFile(partial, JSON.stringify([...known].map(([path, { state, sha256 }]) => [path, state, sha256])));
      await rename(partial, this.file);
    } catch {
      await rm(partial, { force: true }).catch(() => undefined); // not needed for correctness
    }
  }
}

/** Changes whenever a file changes, even if a copy with its old time replaces it. */
async function stateOf(path: string): Promise<string> {
  const { size, dev, ino, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return [size, dev, ino, mtimeNs, ctimeNs].join(' ');
}

/**
 * Identifies a model's settings and every byte of its weights, for receipts and cache keys. Hex.
 * @throws the system's error; `cancelled`.
 */
export async function modelFingerprint(
  { dir, graphs }: ModelFolder,
  hashes: FileHashes,
  signal?: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256');
  for (const name of settingsFiles()) {
    const bytes = await readFile(join(dir, name)).catch(() => undefined);
    if (bytes) hash.update(`${name} ${bytes.length}\n`).update(bytes);
  }
  const files = GRAPHS.flatMap((graph) => Object.values(graphs[graph])).flatMap((graph) => graph.files);
  for (const path of files) hash.update(`${basename(path)} ${await hashes.of(path, signal)}\n`);
  return hash.digest('hex');
}
