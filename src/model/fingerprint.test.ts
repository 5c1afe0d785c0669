// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdtemp, open, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FileHashes } from './fingerprint';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zoetrope-hashes-'));
});
afterEach(() => rm(dir, { recursive: true }));

const memory = () => join(dir, 'deep/hashes.json');
const sha256 = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

it('a file is hashed whole, once, and again when a single byte of it changes behind its old time', async () => {
  const path = join(dir, 'weights');
  await writeFile(path, Buffer.alloc(3 << 20, 7));
  expect(await new FileHashes(memory()).of(path)).toBe(await sha256(path));

  // The stored hash is trusted: a changed one is returned as it is.
  const other = 'f'.repeat(64);
  await writeFile(memory(), (await readFile(memory(), 'utf8')).replace(/[0-9a-f]{64}/, other));
  expect(await new FileHashes(memory()).of(path)).toBe(other);

  const { atime, mtime } = await stat(path);
  const file = await open(path, 'r+');
  await file.write(Buffer.of(8), 0, 1, 1_234_567);
  await file.close();
  await utimes(path, atime, mtime);
  expect(await new FileHashes(memory()).of(path)).toBe(await sha256(path));
});

it('a memory that is broken or cannot be written costs time only', async () => {
  const path = join(dir, 'weights');
  await writeFile(path, Buffer.alloc(2 << 20, 1));
  await writeFile(join(dir, 'broken'), '[["a"]]');
  expect(await new FileHashes(join(dir, 'broken')).of(path)).toBe(await sha256(path));
  expect(await new FileHashes(join(path, 'not-a-folder')).of(path)).toBe(await sha256(path));
  await expect(new FileHashes().of(path, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
});
