// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { formatBytes, say, ZoetropeError, type ModelNeeds, type Progress } from '../contract';
import { Engine } from '../engine';
import { makeTemporary, removeTemporary } from '../lifetime';
import { toErr } from './terminal';

/** The model that comes with the app, found from where the built command line lies (`out/main`). */
export function bundledModel(): string {
  const folder = join(import.meta.dirname, '../../models/starter');
  if (existsSync(folder)) return folder;
  throw new ZoetropeError(
    'model-missing',
    say`The bundled model is not there.`,
    say`Name a model folder with --model.`,
  );
}

/** Where the command line keeps what can be made again. */
export function cacheFolder(): string {
  const home = {
    win32: process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'),
    darwin: join(homedir(), 'Library', 'Caches'),
  }[process.platform as string];
  return join(home ?? process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'zoetrope');
}

/** Where the hashes of model files are remembered. */
export const hashesFile = (): string => join(cacheFolder(), 'hashes.json');

/** Runs a job with an engine whose pictures live in a temporary folder. */
export async function withEngine(job: (engine: Engine) => Promise<void>): Promise<void> {
  const folder = await makeTemporary('pictures');
  try {
    await job(new Engine(folder, { hashesFile: hashesFile() }));
  } finally {
    await removeTemporary(folder);
  }
}

/** Seconds in which a model at work must tell of something: as many as the window gives it. */
const NEWS_SECONDS = 600;

/**
 * Ends the command when a model at work tells of nothing for long, as in an endless loop of its graph. It computes beside
 * the event loop, where nothing else notices it and nothing can stop it.
 * @returns what to call at every sign of life.
 */
export function endIfSilent(): () => void {
  let quiet = 0; // counted, since a machine that sleeps does not count
  setInterval(() => {
    quiet += 1;
    if (quiet < NEWS_SECONDS) return;
    toErr(
      'The model made no progress for ten minutes, so the command was ended. Try the bundled model, or fewer pictures.',
    );
    process.exit(2);
  }, 1000).unref();
  return () => void (quiet = 0);
}

const WORDS: Record<Progress['step'], string> = {
  index: 'reading the video',
  sample: 'taking frames',
  decode: 'decoding',
  render: 'rendering views',
  load: 'loading the model',
  compile: 'compiling the model',
  vision: 'looking at pictures',
  prefill: 'reading the question',
  preview: 'preparing a preview',
  export: 'writing pictures',
};

/** Whether someone reads standard error: this process's own is a pipe to the one that started it. */
export const onTerminal = process.stderr.isTTY || process.env['ZOETROPE_TERMINAL'] !== undefined;

/** Shows progress on one line of a terminal; says nothing to a script. */
export function tell({ step, done, total }: Progress): void {
  if (!onTerminal) return;
  const amount = total > 0 ? ` ${Math.round((100 * done) / total)} %` : '';
  process.stderr.write(`\r\x1b[K${WORDS[step]}${amount}${done >= total ? '\r\x1b[K' : ''}`);
}

/** What a model will take, before it is loaded; as `tell`. */
export function sayNeeds({ model, context, free }: ModelNeeds): void {
  if (!onTerminal) return;
  process.stderr.write(
    `The model takes about ${formatBytes(model)} of memory, its whole context ${formatBytes(context)} more; ${formatBytes(free)} is free.\n`,
  );
}
