// SPDX-License-Identifier: Apache-2.0
/** Graphs are written to a temporary folder, then moved into place together. */

import { randomBytes } from 'node:crypto';
import { copyFile, link, mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { say, ZoetropeError } from '../../contract';
import { LOCK_FILE } from './lock';

/** Makes a new, empty temporary folder in `dir` for the graphs of `dir/onnx`. */
export async function makeAside(dir: string): Promise<string> {
  const aside = join(dir, `onnx.partial-${randomBytes(4).toString('hex')}`);
  await mkdir(aside);
  return aside;
}

/** Removes what a killed compiler left; the caller holds the folder's lock, so it is not in use. */
export async function removeLeftovers(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    const leftover =
      name.startsWith('onnx.partial-') || name.startsWith('onnx.old-') || name.startsWith(`${LOCK_FILE}-`);
    if (leftover) await rm(join(dir, name), { recursive: true, force: true });
  }
}

/** Puts the same file into another folder on the same disk, without copying if the file system supports it. */
export async function carryOver(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to));
}

/** @throws ZoetropeError `disk-full` if the folder's disk has fewer bytes free. */
export async function requireRoom(dir: string, bytes: number): Promise<void> {
  const free = await statfs(dir).then(
    (s) => s.bavail * s.bsize,
    () => undefined,
  ); // some network disks do not report it
  if (free !== undefined && free < bytes) throw diskFull(`${bytes} bytes wanted, ${free} free`, bytes);
}

export function diskFull(detail: string, bytes?: number): ZoetropeError {
  const advice =
    bytes === undefined ? say`Free some space and try again.` : say`Free ${Math.ceil(bytes / 1e6)} MB and try again.`;
  return new ZoetropeError(
    'disk-full',
    say`There is not enough room on the disk to prepare the model.`,
    advice,
    detail,
  );
}

/** Replaces `target` by a finished folder: after a crash there is the old folder, the new one or none. */
export async function moveIntoPlace(aside: string, target: string): Promise<void> {
  // A folder cannot be renamed onto a non-empty one: the old graphs are moved away first.
  const old = `${target}.old-${randomBytes(4).toString('hex')}`;
  const hadOld = await rename(target, old).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  try {
    await rename(aside, target);
  } catch (error) {
    if (hadOld) await rename(old, target);
    throw error;
  }
  await syncFolder(join(target, '..'));
  if (hadOld) await rm(old, { recursive: true, force: true });
}

/** Makes a rename survive a power failure. Windows cannot open folders, and does not need this. */
async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
