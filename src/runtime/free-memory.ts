// SPDX-License-Identifier: Apache-2.0
/** How much memory can be allocated without forcing other programs to swap. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { dirname, join } from 'node:path';

/** Folders in which Linux reports memory. */
export interface SystemFolders {
  proc: string;
  cgroups: string;
}

const SYSTEM: SystemFolders = { proc: '/proc', cgroups: '/sys/fs/cgroup' };

/**
 * Free memory in bytes: what the system calls available, or what this process's control groups (a container, a systemd
 * slice) still allow, whichever is less. File pages that the system can drop count as free.
 */
export function freeMemory(): number {
  if (process.platform === 'linux') return freeOnLinux();
  if (process.platform === 'darwin') return freeOnMac() ?? freemem();
  return freemem();
}

export function freeOnLinux({ proc, cgroups }: SystemFolders = SYSTEM): number {
  const available = /^MemAvailable:\s+(\d+) kB/m.exec(text(join(proc, 'meminfo')));
  const machine = available ? 1024 * Number(available[1]) : freemem();
  return Math.max(0, Math.min(machine, ...groupsOf(text(join(proc, 'self/cgroup')), cgroups)));
}

/**
 * Bytes that each control group above this process still allows: version 2, or version 1, where memory has its own
 * hierarchy.
 */
function groupsOf(memberships: string, cgroups: string): number[] {
  const rooms: number[] = [];
  for (const line of memberships.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):\/?(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    const second = controllers === '';
    if (!second && !controllers.split(',').includes('memory')) continue;
    // Inside a container the group may be the visible root.
    for (let at = path; ; at = dirname(at)) {
      const room = second
        ? left(join(cgroups, at), 'memory.max', 'memory.current', 'inactive_file')
        : left(join(cgroups, 'memory', at), 'memory.limit_in_bytes', 'memory.usage_in_bytes', 'total_inactive_file');
      if (room !== undefined) rooms.push(room);
      if (at === '' || at === '.') break;
    }
  }
  return rooms;
}

function left(group: string, limit: string, usage: string, reclaimable: string): number | undefined {
  const most = Number.parseInt(text(join(group, limit)), 10); // "max" is no limit
  const used = Number.parseInt(text(join(group, usage)), 10);
  if (Number.isNaN(most) || Number.isNaN(used)) return undefined;
  const cached = new RegExp(`^${reclaimable} (\\d+)$`, 'm').exec(text(join(group, 'memory.stat')));
  return most - used + Number(cached?.[1] ?? 0);
}

/** macOS fills memory with pages that it can drop at once, and reports only the rest as free. */
function freeOnMac(): number | undefined {
  try {
    return freeInVmStat(execFileSync('/usr/bin/vm_stat', { encoding: 'utf8', timeout: 2000 }));
  } catch {
    return undefined;
  }
}

/** Free bytes, undefined if the text has none. @param output of vm_stat. */
export function freeInVmStat(output: string): number | undefined {
  const page = /page size of (\d+) bytes/.exec(output);
  if (!page) return undefined;
  const pages = ['free', 'inactive', 'speculative', 'purgeable'].map((kind) =>
    Number(new RegExp(`^Pages ${kind}:\\s+(\\d+)`, 'm').exec(output)?.[1] ?? 0),
  );
  return Number(page[1]) * pages.reduce((a, b) => a + b, 0);
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
