// SPDX-License-Identifier: Apache-2.0
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { pauseFor } from '../../network';

/** How long to wait for another program that may just be ending, in milliseconds. */
const ENDING = 3000;

/**
 * Keeps other programs of ours from the same thing, by a file that names the process. One that was left by a process that
 * was killed does not count.
 * @throws `inUse` while another program holds it; cancelled.
 */
export async function lock(
  path: string,
  inUse: () => Error,
  signal: AbortSignal | undefined,
): Promise<() => Promise<void>> {
  for (const began = performance.now(); ;) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (!(await isLocked(path))) await rm(path, { force: true });
      else if (performance.now() - began > ENDING) throw inUse();
      else await pauseFor(100, signal);
    }
  }
}

/** Whether a running program holds a lock. */
export async function isLocked(path: string): Promise<boolean> {
  const [holder, at] = await Promise.all([
    readFile(path, 'utf8').catch(() => ''),
    stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    ),
  ]);
  // A number from before the machine was started may be another program's by now.
  const isOfThisStart = at > Date.now() - 1000 * (uptime() + 60);
  return isOfThisStart && isAlive(Number(holder));
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
