// SPDX-License-Identifier: Apache-2.0
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes the oldest pictures of a store until the rest is within a limit. A server that runs for weeks would fill the
 * disk otherwise. To be called between questions, since it may remove what a question in progress needs.
 * @param limit bytes.
 */
export async function keepWithin(folder: string, limit: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => {
      const file = join(folder, name);
      const facts = await stat(file).catch(() => undefined);
      return { file, size: facts?.size ?? 0, at: facts?.mtimeMs ?? 0 };
    }),
  );
  let bytes = found.reduce((sum, { size }) => sum + size, 0);
  for (const { file, size } of found.sort((a, b) => a.at - b.at)) {
    if (bytes <= limit) return;
    await rm(file, { force: true });
    bytes -= size;
  }
}
