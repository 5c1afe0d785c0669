// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../fixtures/window';

/** How a command ended, and the peak memory of all processes that it started. */
export interface Watched {
  /** Exit code; null if a signal ended it. */
  code: number | null;
  out: string;
  err: string;
  seconds: number;
  /**
   * Peak memory of all its processes together, in bytes (proportional set size); 0 where the system does not report it.
   */
  peak: number;
}

const SAMPLE_MS = 25;

/** Runs the built command line and measures its whole process tree, which is killed after `limit` seconds. */
export function watched(args: readonly string[], limit: number): Promise<Watched> {
  const electron = process.env['ELECTRON_EXEC_PATH'] ?? '';
  const flags = JSON.parse(process.env['ZOETROPE_ELECTRON_FLAGS'] ?? '[]') as string[];
  const env = { ...process.env, ZOETROPE_ELECTRON_COMMAND: JSON.stringify([electron, ...flags, root]) };
  const began = performance.now();
  const child = spawn(process.execPath, [join(root, 'out/main/cli.js'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  let peak = 0;
  const sampling = setInterval(() => {
    peak = Math.max(
      peak,
      treeOf(child.pid!).reduce((sum, pid) => sum + memoryOf(pid), 0),
    );
  }, SAMPLE_MS);
  const ending = setTimeout(() => treeOf(child.pid!).forEach((pid) => end(pid)), limit * 1000);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(sampling);
      clearTimeout(ending);
      resolve({ code, out, err, seconds: (performance.now() - began) / 1000, peak });
    });
  });
}

/** A process and all that descend from it. */
function treeOf(pid: number): number[] {
  const threads = attempt(() => readdirSync(`/proc/${pid}/task`), []);
  const children = threads.flatMap((thread) =>
    text(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(treeOf)];
}

const memoryOf = (pid: number): number =>
  1024 * Number(/^Pss:\s+(\d+)/m.exec(text(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
const text = (file: string): string => attempt(() => readFileSync(file, 'utf8'), '');
const end = (pid: number): boolean => attempt(() => process.kill(pid, 'SIGKILL'), false);

/** Returns `otherwise` if a process ends while it is being inspected. */
function attempt<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
