// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

/**
 * Most megabytes of JavaScript objects in a process that works on the user's files and models. Pixels, weights and tables
 * of frames lie outside this heap; what grows past it is text or objects that a damaged or hostile file makes without end.
 */
export const HEAP_MEGABYTES = 512;

/** Ticks of the kernel's clock in /proc: a hundred a second on every Linux in use. */
const TICKS = 100;

/** Seconds of processor time that a process has used; undefined where it cannot be told (only Linux says it in a file). */
export function cpuSeconds(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13);
    return (Number(user) + Number(system)) / TICKS;
  } catch {
    return undefined;
  }
}
