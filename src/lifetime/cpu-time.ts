import { readFileSync } from 'node:fs';

/** Ticks of the kernel's clock in /proc: a hundred a second on every Linux in use. */
const TICKS = 100;

/** Seconds of processor time that a process has used; undefined where it cannot be told (only Linux says it in a file). */
export function cpuSeconds(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 13);
    return (Number(user) + Number(system)) / TICKS;
  } catch {
    return undefined;
  }
}
