// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { PictureRef, Sha256 } from '../contract';
import { PARTIAL, writeWhole } from '../media';
import type { EncodedPicture } from './vision-cache';

/**
 * Increase this when pictures are prepared in another way. Features stored under an earlier version are then ignored.
 */
const VERSION = 3;

const LIMIT_BYTES = 2 * 1024 ** 3;
const HOUR = 3_600_000;

const Header = z.object({ version: z.literal(VERSION), input: PictureRef, tiles: z.array(PictureRef), sha256: Sha256 });

/**
 * Vision features on disk, so that a picture is encoded once and not again after every start.
 * `<folder>/<model>/<picture>.features` has one line of JSON followed by the float32 values. An incomplete file counts
 * as missing. A failure to write is ignored, because the files only save time.
 */
export class FeatureFiles {
  #bytes: Promise<number> | undefined;

  /** @param limit bytes on disk. Above it, the least recently used files are deleted. */
  constructor(
    private readonly folder: string,
    private readonly limit = LIMIT_BYTES,
  ) {}

  /**
   * @param model identifies weights and precision. @param picture a `pictureName`.
   * @param length number of values that this model produces for a picture.
   * @returns undefined if there is no complete file.
   */
  async get(model: string, picture: string, length: number): Promise<EncodedPicture | undefined> {
    const file = this.#file(model, picture);
    const bytes = await readFile(file).catch(() => undefined);
    if (!bytes) return undefined;
    const encoded = parse(bytes, length);
    const now = new Date();
    if (encoded)
      await utimes(file, now, now).catch(() => undefined); // marks the file as recently used
    else await rm(file, { force: true }).catch(() => undefined);
    return encoded;
  }

  /** Whether there is a file, complete or not. */
  has(model: string, picture: string): Promise<boolean> {
    return access(this.#file(model, picture)).then(
      () => true,
      () => false,
    );
  }

  async set(model: string, picture: string, { features, input, tiles }: EncodedPicture): Promise<void> {
    const values = Buffer.from(features.buffer, features.byteOffset, features.byteLength);
    const header = `${JSON.stringify({ version: VERSION, input, tiles, sha256: hash(values) })}\n`;
    try {
      const before = await this.bytes();
      await mkdir(join(this.folder, model), { recursive: true });
      await writeWhole(this.#file(model, picture), (partial) => writeFile(partial, [header, values]));
      const after = before + header.length + values.length;
      this.#bytes = after > this.limit ? this.#tidy() : Promise.resolve(after);
      await this.#bytes;
    } catch {
      // The disk is full or read-only: the picture is encoded again next time.
    }
  }

  /** Bytes on disk. */
  bytes(): Promise<number> {
    return (this.#bytes ??= this.#tidy());
  }

  /** Deletes all files. */
  async clear(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true }).catch(() => undefined);
    this.#bytes = undefined;
  }

  #file(model: string, picture: string): string {
    return join(this.folder, model, `${picture}.features`);
  }

  /**
   * Deletes files left by a crash. If the limit is exceeded, deletes the least recently used files down to nine tenths
   * of it. @returns bytes kept.
   */
  async #tidy(): Promise<number> {
    const files: { path: string; size: number; used: number }[] = [];
    const names = await readdir(this.folder, { recursive: true }).catch(() => []);
    for (const name of names) {
      const path = join(this.folder, name);
      const info = await stat(path).catch(() => undefined);
      if (!info?.isFile()) continue;
      // Younger files may still be being written by another engine.
      if (name.endsWith(PARTIAL) && Date.now() - info.mtimeMs > HOUR) await rm(path, { force: true });
      else if (name.endsWith('.features')) files.push({ path, size: info.size, used: info.mtimeMs });
    }
    let bytes = files.reduce((sum, { size }) => sum + size, 0);
    if (bytes <= this.limit) return bytes;
    for (const { path, size } of files.sort((a, b) => a.used - b.used)) {
      if (bytes <= 0.9 * this.limit) break;
      await rm(path, { force: true });
      bytes -= size;
    }
    return bytes;
  }
}

function parse(bytes: Buffer, length: number): EncodedPicture | undefined {
  const end = bytes.indexOf('\n');
  if (end < 0) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8', 0, end));
  } catch {
    return undefined;
  }
  const header = Header.safeParse(json);
  const values = bytes.subarray(end + 1);
  if (!header.success || values.length !== 4 * length || hash(values) !== header.data.sha256) return undefined;
  // A copy, because the values begin where the header ends, which is not aligned for floats.
  return {
    features: new Float32Array(Uint8Array.from(values).buffer),
    input: header.data.input,
    tiles: header.data.tiles,
  };
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
