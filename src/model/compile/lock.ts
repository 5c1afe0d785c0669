// SPDX-License-Identifier: Apache-2.0
/**
 * One compiler at a time per folder: the lock file `onnx.lock`. Only a killed compiler leaves it behind; its lock is
 * then taken over.
 */

import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { say, ZoetropeError } from '../../contract';

export const LOCK_FILE = 'onnx.lock';

const ownerSchema = z.object({ pid: z.number().int(), host: z.string(), token: z.string() });

/** How often the owner renews the lock, in milliseconds; if it is not renewed for SILENCE, the owner counts as dead. */
const BEAT = 10_000;
const SILENCE = 90_000;

/**
 * Locks a folder for compiling.
 * @param name the model's name, for the message.
 * @returns a function that releases the lock.
 * @throws ZoetropeError `bad-request` if another compiler is working there.
 */
export async function lockFolder(dir: string, name: string): Promise<() => Promise<void>> {
  const path = join(dir, LOCK_FILE);
  const token = randomBytes(8).toString('hex');
  for (let attempt = 0; attempt < 3; attempt++) {
    const file = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return undefined;
      throw error;
    });
    if (file) {
      try {
        await file.writeFile(JSON.stringify({ pid: process.pid, host: hostname(), token }));
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      } finally {
        await file.close();
      }
      const beat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), BEAT);
      beat.unref();
      return async () => {
        clearInterval(beat);
        if ((await owner(path))?.token === token) await rm(path, { force: true });
      };
    }
    if (!(await removeIfDead(path))) break;
  }
  throw new ZoetropeError(
    'bad-request',
    say`The model "${name}" is being prepared already.`,
    say`Wait until that is done, then try again.`,
    path,
  );
}

/** Removes the lock of a dead owner. @returns whether the caller may try to lock again. */
async function removeIfDead(path: string): Promise<boolean> {
  const age = await stat(path).then(
    (s) => Date.now() - s.mtimeMs,
    () => undefined,
  );
  if (age === undefined) return true; // released in the meantime
  const dead = await owner(path);
  if (age < SILENCE && (!dead || dead.host !== hostname() || isAlive(dead.pid))) return false;
  // Rename instead of removing: if another compiler took over since the check, its new lock must be put back.
  const aside = `${path}-${randomBytes(4).toString('hex')}`;
  if (
    !(await rename(path, aside).then(
      () => true,
      () => false,
    ))
  )
    return true;
  if ((await owner(aside))?.token !== dead?.token) {
    await rename(aside, path);
    return false;
  }
  await rm(aside, { force: true });
  return true;
}

async function owner(path: string): Promise<z.infer<typeof ownerSchema> | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return undefined; // killed before it had written its name, or writing it now
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
