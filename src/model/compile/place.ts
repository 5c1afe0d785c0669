// SPDX-License-Identifier: Apache-2.0
/** Where graphs are written and how they get into place: aside first, then all at once. */

import { randomBytes } from 'node:crypto';
import { copyFile, link, mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { say, ZoetropeError } from '../../contract';
import { LOCK_FILE } from './lock';

/** A new, empty folder in `dir` to write the graphs of `dir/onnx` into. */
export async function makeAside(dir: string): Promise<string> {
  const aside = join(dir, `onnx.partial-${randomBytes(4).toString('hex')}`);
  await mkdir(aside);
  return aside;
}

/** Removes what a killed compiler left; the caller holds the folder's lock, so nobody is using it. */
export async function removeLeftovers(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    const leftover =
      name.startsWith('onnx.partial-') || name.startsWith('onnx.old-') || name.startsWith(`${LOCK_FILE}-`);
    if (leftover) await rm(join(dir, name), { recursive: true, force: true });
  }
}

/** The same file in another folder of the disk, without a copy where the file system can. */
export async function carryOver(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to));
}

/** @throws ZoetropeError `disk-full` if the folder's disk has fewer bytes free. */
export async function requireRoom(dir: string, bytes: number): Promise<void> {
  const free = await statfs(dir).then(
    (s) => s.bavail * s.bsize,
    () => undefined,
  ); // some network disks do not say
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

/** Puts a finished folder in the place of `target`: after a crash there is the old one, the new one or none. */
export async function moveIntoPlace(aside: string, target: string): Promise<void> {
  // A folder can't be renamed onto a full one: the old graphs step aside first.
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

/** Makes a rename last through a power cut. Windows cannot open folders, and needs no such thing. */
async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
