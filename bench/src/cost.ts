// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

/** What some work cost, in our process and in the processes it started; null where the system does not report it. */
export interface Cost {
  /** Seconds. */
  wall: number;
  /** CPU seconds, summed over all cores. */
  cpu: number | null;
  /** Most memory held at once, in bytes. */
  peak: number | null;
}

/** Linux counts the CPU time of ended children in hundredths of a second on every machine. */
const TICKS = 100;
const PAGE = 4096;
const LOOK_EVERY_MS = 50;

/** Runs some work that waits for the processes it starts, and returns its cost. */
export async function weigh(work: () => Promise<void>): Promise<Cost> {
  let peak = memory();
  const look = setInterval(() => (peak = most(peak, memory())), LOOK_EVERY_MS);
  const own = process.cpuUsage();
  const children = childSeconds();
  const began = performance.now();
  try {
    await work();
  } finally {
    clearInterval(look);
  }
  const wall = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(own);
  const after = childSeconds();
  return {
    wall,
    cpu: children === null || after === null ? null : (user + system) / 1e6 + after - children,
    peak: most(peak, memory()),
  };
}

const most = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : Math.max(a, b));

/** Reads the fields of /proc/self/stat after the name, which may contain spaces: the first one is field 3. */
function childSeconds(): number | null {
  const fields = proc('self/stat')
    ?.replace(/^.*\) /s, '')
    .split(' ');
  return fields ? (Number(fields[13]) + Number(fields[14])) / TICKS : null;
}

function memory(): number | null {
  const children = proc(`self/task/${process.pid}/children`);
  if (children === null) return null;
  const pages = ['self', ...children.split(' ').filter(Boolean)].map((pid) =>
    Number(proc(`${pid}/statm`)?.split(' ')[1] ?? 0),
  );
  return pages.reduce((sum, n) => sum + n, 0) * PAGE;
}

function proc(name: string): string | null {
  try {
    return readFileSync(`/proc/${name}`, 'latin1');
  } catch {
    return null; // not Linux, or a child that has just ended
  }
}
