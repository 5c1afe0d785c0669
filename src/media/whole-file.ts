// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** How the name of a file ends that is not whole yet: what a crash left is known by it. */
export const PARTIAL = '.part';

/**
 * Writes a file under another name beside its own and renames it once it is whole and on the disk: under its own name
 * stands all of it, or what stood there before. When `write` fails, nothing is left of it.
 * @param write fills the file it is given, which is not there yet.
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
