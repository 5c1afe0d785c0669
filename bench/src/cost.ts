// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

/** What a piece of work took. Of our process and of the ones it started; null where the system does not say. */
export interface Cost {
  /** Seconds. */
  wall: number;
  /** Seconds of all cores together. */
  cpu: number | null;
  /** Most memory held at once, in bytes. */
  peak: number | null;
}

/** Linux counts the time of ended children in hundredths of a second, whatever the machine. */
const TICKS = 100;
const PAGE = 4096;
const LOOK_EVERY_MS = 50;

/** Runs some work that waits for the processes it starts, and weighs it. */
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

/** Fields of /proc/self/stat behind the name, which may hold spaces: the third is the first of them. */
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
