import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './window';

/** Runs the built command line as a script would. */
export function command(...args: string[]): { code: number | null; out: string; err: string } {
  const electron = process.env['ELECTRON_EXEC_PATH'] ?? '';
  const flags = JSON.parse(process.env['ZOETROPE_ELECTRON_FLAGS'] ?? '[]') as string[];
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'out/main/cli.js'), ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { ...process.env, ZOETROPE_ELECTRON_COMMAND: JSON.stringify([electron, ...flags, root]) },
  });
  return { code: status, out: stdout, err: stderr };
}
