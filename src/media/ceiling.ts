// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';

export interface Ceiling {
  /** Bytes of data, not counting what is shared with other programs. */
  bytes: number;
  /** Seconds of a processor; undefined is no limit. */
  cpuSeconds?: number | undefined;
}

/**
 * A program with its arguments, started so that the system itself keeps it under a ceiling: past the memory its
 * allocations fail, past the time it gets SIGXCPU. Only Linux does both; elsewhere `watchMemory` looks after it.
 */
export function underCeiling(
  program: string,
  args: readonly string[],
  { bytes, cpuSeconds }: Ceiling,
  platform = process.platform,
): [program: string, args: string[]] {
  if (platform === 'win32') return [program, [...args]];
  const limits = [
    ...(platform === 'linux' ? [`-d ${Math.ceil(bytes / 1024)}`] : []),
    ...(cpuSeconds === undefined ? [] : [`-t ${Math.ceil(cpuSeconds)}`]),
  ];
  if (limits.length === 0) return [program, [...args]];
  // A lower limit that is there already stays. The command's words are arguments of the shell, which reads none of them.
  return [
    '/bin/sh',
    ['-c', `${limits.map((limit) => `ulimit ${limit} 2>/dev/null; `).join('')}exec "$0" "$@"`, program, ...args],
  ];
}

/** How often memory is looked at where the system does not limit it, in milliseconds; asking starts a program. */
const EVERY_MS = 1000;

/** Calls `tooMuch` once a process holds more than that many bytes; does nothing on Linux. Call what it returns to stop. */
export function watchMemory(pid: number, bytes: number, tooMuch: () => void, platform = process.platform): () => void {
  if (platform === 'linux') return () => {};
  const [program, args] =
    platform === 'win32'
      ? (['tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']] as const)
      : (['ps', ['-o', 'rss=', '-p', String(pid)]] as const);
  let asking = false;
  const timer = setInterval(() => {
    if (asking) return;
    asking = true;
    execFile(program, args, { windowsHide: true, timeout: 10_000 }, (error, out) => {
      asking = false;
      if (!error && heldBytes(out) > bytes) tooMuch();
    });
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** What `ps -o rss=` or `tasklist /FO CSV` say: kilobytes in the last column, with the marks between thousands of any language. */
export function heldBytes(out: string): number {
  const column = out.trim().split('","').at(-1) ?? '';
  return Number(column.replace(/\D/g, '')) * 1024;
}
