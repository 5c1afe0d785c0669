// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';

export interface Ceiling {
  /** Bytes of data memory, without memory shared with other programs. */
  bytes: number;
  /** Seconds of CPU time; undefined means no limit. */
  cpuSeconds?: number | undefined;
}

/**
 * A program and its arguments, wrapped so that the operating system enforces the limits: beyond the memory limit
 * allocations fail, beyond the CPU time the process gets SIGXCPU. Only Linux supports both; on other systems use
 * `watchMemory`.
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
  // A lower limit that is already set stays. The command's words are passed as arguments, so the shell does not
  // interpret them.
  return [
    '/bin/sh',
    ['-c', `${limits.map((limit) => `ulimit ${limit} 2>/dev/null; `).join('')}exec "$0" "$@"`, program, ...args],
  ];
}

/** How often memory is checked where the system does not limit it, in milliseconds. Each check starts a program. */
const EVERY_MS = 1000;

/**
 * Calls `tooMuch` once a process uses more than `bytes` bytes; does nothing on Linux. Returns a function that stops
 * watching.
 */
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

/**
 * Bytes in the output of `ps -o rss=` or `tasklist /FO CSV`: kilobytes in the last column, with the thousands
 * separators of any language.
 */
export function heldBytes(out: string): number {
  const column = out.trim().split('","').at(-1) ?? '';
  return Number(column.replace(/\D/g, '')) * 1024;
}
