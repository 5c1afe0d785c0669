// SPDX-License-Identifier: Apache-2.0
// Starts other programs: either captured, with their output shown only when they fail, or attached to the terminal.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { Stop } from './report.mjs';

const TAIL_LINES = 60;
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };
const running = new Set();
let stopping = false;

for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => stopAll(signal));
// In a terminal Ctrl+C also reaches the children; a signal sent to this process alone has to be passed on.
process.on('SIGINT', () => {
  stopping = true;
  if (running.size === 0 || !inTerminal()) stopAll('SIGINT');
});

const inTerminal = () => Boolean(process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY);

function stopAll(signal) {
  stopping = true;
  if (running.size === 0) process.exit(128 + SIGNAL_NUMBERS[signal]);
  for (const child of running) child.kill(signal);
}

function track(child) {
  running.add(child);
  const gone = () => running.delete(child);
  child.once('close', gone);
  child.once('error', gone);
  return child;
}

/** The full path of a program, or undefined. */
export function findProgram(name) {
  const endings = process.platform === 'win32' ? (process.env.PATHEXT ?? '.EXE').split(';') : [''];
  // Debian leaves the administration folders out of an ordinary user's PATH.
  const folders = (process.env.PATH ?? '').split(path.delimiter).concat(['/usr/sbin', '/sbin']);
  for (const folder of folders.filter(Boolean)) {
    for (const ending of endings) {
      const file = path.join(folder, name + ending);
      try {
        fs.accessSync(file, fs.constants.X_OK);
        if (fs.statSync(file).isFile()) return file;
      } catch {
        // not here
      }
    }
  }
  return undefined;
}

/**
 * Runs a program to its end and resolves with its exit code and output. Throws `Stop` when it fails, with the end of
 * what it printed, unless `check` is false.
 * @param {string} command
 * @param {string[]} args
 * @param {object} [options]
 * @param {(line: string) => void} [options.onLine] called with each line of output
 * @param {(line: string) => void} [options.onStatus] called with each line of the program's fd 3
 * @param {string} [options.what] its purpose, for the error message
 * @param {AbortSignal} [options.signal] ends the program
 */
export function run(command, args, options = {}) {
  const { cwd, env, onLine, onStatus, timeout, check = true, what, shell = false, signal } = options;
  return new Promise((resolve, reject) => {
    const child = track(
      spawn(command, args, {
        cwd,
        shell,
        timeout,
        signal,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe', ...(onStatus ? ['pipe'] : [])],
      }),
    );
    const lines = [];
    const keep = (text) => {
      lines.push(text);
      if (lines.length > 5000) lines.splice(0, 2500);
      onLine?.(text);
    };
    readline.createInterface({ input: child.stdout }).on('line', keep);
    readline.createInterface({ input: child.stderr }).on('line', keep);
    if (onStatus) readline.createInterface({ input: child.stdio[3] }).on('line', onStatus);

    child.once('error', (error) => reject(new Stop(`${what ?? command} could not start: ${error.message}`)));
    child.once('close', (code, ended) => {
      if (stopping) return reject(new Stop('Stopped.'));
      if (code === 0 || !check) return resolve({ code, signal: ended, output: lines.join('\n') });
      const how = ended ? `was ended by ${ended}` : `failed with code ${code}`;
      const tail = lines.slice(-TAIL_LINES).map((text) => `    ${text}`);
      reject(new Stop([`${what ?? [command, ...args].join(' ')} ${how}.`, ...tail].join('\n')));
    });
  });
}

/**
 * Runs a program attached to this terminal and resolves with the exit code that this process should end with. A second
 * Ctrl+C, or no reaction to the first within `patience` milliseconds, kills it.
 * @param {object} [options]
 * @param {RegExp} [options.hide] lines of its standard error to hide
 * @param {number} [options.patience]
 */
export function attach(command, args, { cwd, env, hide, patience = 5000 } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = ['inherit', 'inherit', hide ? 'pipe' : 'inherit'];
    const child = track(spawn(command, args, { cwd, stdio, env: { ...process.env, ...env } }));
    if (hide) {
      const lines = readline.createInterface({ input: child.stderr });
      lines.on('line', (line) => hide.test(line) || process.stderr.write(`${line}\n`));
    }
    let first = 0;
    const insist = () => {
      const now = Date.now();
      // npm sends the same Ctrl+C a second time: only a later one counts as the second.
      if (first && now - first > 500) child.kill('SIGKILL');
      else if (!first && Number.isFinite(patience)) setTimeout(() => child.kill('SIGKILL'), patience).unref();
      first ||= now;
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, insist);
    const done = () => signals.forEach((signal) => process.off(signal, insist));
    child.once('error', (error) => {
      done();
      reject(new Stop(`${command} could not start: ${error.message}`));
    });
    child.once('close', (code, signal) => {
      done();
      resolve(code ?? 128 + (SIGNAL_NUMBERS[signal] ?? 1));
    });
  });
}
