// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

/**
 * Limit in megabytes for the JavaScript heap of a process that works on the user's files and models. Pixels, weights
 * and frame indexes are outside this heap. Text or objects that exceed it come from a damaged or hostile file.
 */
export const HEAP_MEGABYTES = 512;

/** Clock ticks per second in /proc: 100 on every Linux in use. */
const TICKS = 100;

/**
 * Seconds of processor time that a process has used. Undefined if it cannot be determined (only Linux reports it in a
 * file).
 */
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
