// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { cpuSeconds, endsWithUs, HEAP_MEGABYTES, Heartbeat, sweepTemporary } from '../lifetime';

/**
 * Runs the command in a separate process (command.ts). Ends it when it receives a signal, when it no longer answers,
 * and when its memory runs out. A process in an endless loop could not handle signals itself.
 */

/** Milliseconds that a command has to end by itself after a signal. */
const GRACE = 2000;
/** Signals within this many milliseconds count as one, because a terminal and npm both pass on the same Ctrl+C. */
const SAME = 500;
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
/** The beginning of V8's output when memory runs out: pages for its developers, which are not printed. */
const FATAL = /\n?(<--- Last few GCs|FATAL ERROR)/;

const command = spawn(
  process.execPath,
  [
    ...process.execArgv,
    `--max-old-space-size=${HEAP_MEGABYTES}`,
    join(import.meta.dirname, 'command.js'),
    ...process.argv.slice(2),
  ],
  {
    stdio: ['inherit', 'inherit', 'pipe', 'ipc'],
    env: { ...process.env, ...(process.stderr.isTTY && { ZOETROPE_TERMINAL: '1' }) },
  },
);
endsWithUs(command);
void sweepTemporary();

let ending: string | undefined;
const end = (why?: string): void => {
  ending ??= why;
  command.kill('SIGKILL');
};

let outOfMemory = false;
command.stderr?.setEncoding('utf8').on('data', (text: string) => {
  if (outOfMemory) return;
  const at = text.search(FATAL);
  outOfMemory = at >= 0;
  process.stderr.write(outOfMemory ? text.slice(0, at) : text);
});

// A benchmark may block its process while it measures.
if (process.argv[2] !== 'bench') {
  const heartbeat = new Heartbeat({
    ask: () => command.send('ping', () => undefined), // it may just have ended
    cpuSeconds: () => cpuSeconds(command.pid ?? 0),
    onSilence: () =>
      end(
        'The command stopped answering and was ended. If a model was named, it is the likely cause: try the bundled one.',
      ),
  });
  command.on('message', () => heartbeat.answered());
}

let stop: { signal: keyof typeof SIGNALS; at: number } | undefined;
for (const signal of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]) {
  process.on(signal, () => {
    if (stop) return performance.now() - stop.at > SAME ? end() : undefined;
    stop = { signal, at: performance.now() };
    command.send('stop', () => undefined);
    setTimeout(end, GRACE);
  });
}

command.once('error', (error) => {
  process.stderr.write(`The command could not be started: ${error.message}\n`);
  process.exit(2);
});
command.once('close', (code, signal) => {
  if (stop) process.exit(128 + SIGNALS[stop.signal]);
  if (signal === null) process.exit(code ?? 2);
  const why =
    ending ??
    (outOfMemory
      ? 'The command needed too much memory and was ended. Try a smaller file, or another model.'
      : `The command ended unexpectedly (${signal}). Try again.`);
  process.stderr.write(`${why}\n`);
  process.exit(2);
});
