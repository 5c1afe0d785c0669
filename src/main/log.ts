// SPDX-License-Identifier: Apache-2.0
import { app } from 'electron';
import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ErrorInfo } from '../contract';

/**
 * Size limit of one log file in bytes. The local log is kept in two files, about 2 MB. It never leaves the machine. The
 * home folder is written as `~`.
 */
const LIMIT = 1_000_000;

export const logFile = (): string => join(app.getPath('logs'), 'zoetrope.log');

export function log(topic: string, text: string): void {
  const line = `${new Date().toISOString()} ${topic}: ${text.replaceAll(homedir(), '~').trimEnd()}\n`;
  if (process.env.ZOETROPE_LOG) process.stderr.write(line);
  try {
    const file = logFile();
    mkdirSync(dirname(file), { recursive: true });
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LIMIT) renameSync(file, `${file}.1`);
    appendFileSync(file, line);
  } catch {
    // a failure to write the log must not stop the app
  }
}

export function logError(topic: string, error: ErrorInfo): void {
  log(topic, `${error.code} ${error.message} ${error.detail ?? ''}`);
}

/** The last lines of the log, the newest last. */
export function lastLines(count: number): string[] {
  try {
    return readFileSync(logFile(), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(-count)
      .map((line) => line.slice(0, 1000));
  } catch {
    return [];
  }
}
