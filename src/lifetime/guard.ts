// SPDX-License-Identifier: Apache-2.0
import { spawn, type ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';

/**
 * The guard: a shell that waits for the end of its standard input, which comes when this process ends, even by SIGKILL.
 * Then it ends the children that are still running and removes the folders. It ignores the signals of a terminal.
 */
const SCRIPT = `
trap '' HUP INT TERM
kids=' '
while read -r what value; do
  case $what in
    child) kids="$kids$value " ;;
    gone) kids="\${kids%% $value *} \${kids#* $value }" ;;
    folder) set -- "$@" "$value" ;;
  esac
done
for kid in $kids; do kill -s KILL -- "$kid" 2>/dev/null; done
rm -rf -- "$@" 2>/dev/null || { sleep 1; rm -rf -- "$@"; }
`;

let input: Writable | undefined;

/**
 * Sends a line to the guard, and starts the guard first if necessary. Windows needs no guard: there Node puts children
 * into a job that ends with their parent, and folders are removed at the next start.
 */
function tell(line: string): void {
  if (process.platform === 'win32') return;
  if (!input) {
    const guard = spawn('/bin/sh', ['-c', SCRIPT, 'zoetrope-guard'], {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { PATH: process.env['PATH'] },
    });
    guard.on('error', () => undefined); // without a shell, children outlive this process; everything else works
    guard.stdin.on('error', () => undefined);
    guard.unref();
    (guard.stdin as unknown as { unref(): void }).unref(); // it is a socket with `unref`, which is missing in Node's types
    input = guard.stdin;
  }
  input.write(`${line}\n`);
}

/**
 * Ends a child when this process ends, even if this process is killed and the child hangs.
 * @param options.group whether the child leads a process group (`detached`), which is ended with it.
 */
export function endsWithUs(
  child: Pick<ChildProcess, 'pid'> & { once(event: 'exit', listener: () => void): unknown },
  { group = false } = {},
): void {
  if (child.pid === undefined) return;
  const id = group ? -child.pid : child.pid;
  tell(`child ${id}`);
  child.once('exit', () => tell(`gone ${id}`));
}

/** Removes a folder when this process ends, if it still exists. */
export function removedWithUs(folder: string): void {
  if (!folder.includes('\n')) tell(`folder ${folder}`);
}
