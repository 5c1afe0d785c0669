// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { formatBytes, say, STEP_WORDS, ZoetropeError, type ModelNeeds, type Progress } from '../contract';
import { Engine } from '../engine';
import { makeTemporary, removeTemporary } from '../lifetime';
import { toErr } from './terminal';

/** The folder of the bundled model, found relative to the built command line (`out/main`). */
export function bundledModel(): string {
  const folder = join(import.meta.dirname, '../../models/starter');
  if (existsSync(folder)) return folder;
  throw new ZoetropeError(
    'model-missing',
    say`The bundled model is not there.`,
    say`Name a model folder with --model.`,
  );
}

/** The version of this build. */
export function appVersion(): string {
  const file = join(import.meta.dirname, '../../package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** The app's folder for its data, as Electron names it, or the one given with --profile. */
export function appFolder(profile?: string): string {
  if (profile !== undefined) return resolve(profile);
  if (process.platform === 'win32')
    return join(process.env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Zoetrope');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Zoetrope');
  return join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'Zoetrope');
}

/** Folder of the command line for files that can be made again. */
export function cacheFolder(): string {
  const home = {
    win32: process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'),
    darwin: join(homedir(), 'Library', 'Caches'),
  }[process.platform as string];
  return join(home ?? process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'zoetrope');
}

/** The file that caches the hashes of model files. */
export const hashesFile = (): string => join(cacheFolder(), 'hashes.json');

/** Runs a job with an engine that stores its pictures in a temporary folder. */
export async function withEngine(job: (engine: Engine, pictures: string) => Promise<void>): Promise<void> {
  const folder = await makeTemporary('pictures');
  try {
    await job(new Engine(folder, { hashesFile: hashesFile() }), folder);
  } finally {
    await removeTemporary(folder);
  }
}

/** Seconds within which a working model must report progress; the same as in the window. */
const NEWS_SECONDS = 600;

/**
 * Ends the command if a working model reports no progress for this long, for example because of an endless loop in its
 * graph. The model runs outside the event loop, so nothing else detects this or can stop it.
 * @returns `heard`, to call at every report of progress, and `stop`, for when the model rests.
 */
export function endIfSilent(): { heard: () => void; stop: () => void } {
  let quiet = 0; // counted in steps, so that time in which the machine sleeps does not count
  const timer = setInterval(() => {
    quiet += 1;
    if (quiet < NEWS_SECONDS) return;
    toErr(
      'The model made no progress for ten minutes, so the command was ended. Try the bundled model, or fewer pictures.',
    );
    process.exit(2);
  }, 1000).unref();
  return { heard: () => void (quiet = 0), stop: () => clearInterval(timer) };
}

/** Whether standard error is shown on a terminal. The standard error of this process is a pipe to its parent. */
export const onTerminal = process.stderr.isTTY || process.env['ZOETROPE_TERMINAL'] !== undefined;

/** Shows progress on one line of a terminal. Prints nothing if the output is not a terminal. */
export function tell({ step, done, total }: Progress): void {
  if (!onTerminal) return;
  const amount = total > 0 ? ` ${Math.round((100 * done) / total)} %` : '';
  process.stderr.write(`\r\x1b[K${STEP_WORDS[step]}${amount}${done >= total ? '\r\x1b[K' : ''}`);
}

/** Shows the memory that a model will need, before it is loaded. Terminal only, as `tell`. */
export function sayNeeds({ model, context, free }: ModelNeeds): void {
  if (!onTerminal) return;
  process.stderr.write(
    `The model takes about ${formatBytes(model)} of memory, its whole context ${formatBytes(context)} more; ${formatBytes(free)} is free.\n`,
  );
}
