import { app } from 'electron';
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ErrorInfo } from '../contract';

/** A small local log, kept to about 2 MB in two files. It never leaves the machine; the home folder is written as `~`. */
const LIMIT = 1_000_000;

export function log(topic: string, text: string): void {
  const line = `${new Date().toISOString()} ${topic}: ${text.replaceAll(homedir(), '~').trimEnd()}\n`;
  if (process.env.ZOETROPE_LOG) process.stderr.write(line);
  try {
    const folder = app.getPath('logs');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'zoetrope.log');
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LIMIT) renameSync(file, `${file}.1`);
    appendFileSync(file, line);
  } catch {
    // a log that cannot be written must not stop the app
  }
}

export function logError(topic: string, error: ErrorInfo): void {
  log(topic, `${error.code} ${error.message} ${error.detail ?? ''}`);
}
