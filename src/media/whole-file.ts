// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Suffix of incomplete files, by which remains of a crash are recognised. */
export const PARTIAL = '.part';

/**
 * Writes to a partial file beside the target and renames it once it is complete and flushed to the disk. The target is
 * therefore always complete: the new content or the old. If `write` fails, the partial file is removed.
 * @param write writes the whole file to the path it gets as argument; no file exists there before.
 */
export async function writeWhole(target: string, write: (partial: string) => Promise<unknown>): Promise<void> {
  const partial = join(dirname(target), `.${randomUUID()}${PARTIAL}`);
  try {
    await write(partial);
    const file = await open(partial, 'r+');
    await file.sync().finally(() => file.close());
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
