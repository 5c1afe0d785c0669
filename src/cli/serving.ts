// SPDX-License-Identifier: Apache-2.0
import { DeviceChoice, PrecisionChoice, type ModelInfo } from '../contract';
import { captureViews, type Engine } from '../engine';
import { AllowedFolders, Answerer } from '../serve';
import { adviceOf } from './advice';
import type { command } from './define';
import { deviceFor } from './devices';
import { choice, number, repeated } from './options';
import { appVersion, bundledModel, endIfSilent } from './session';

/** The options of every command that serves. */
export function servingOptions(made: ReturnType<typeof command>) {
  return made
    .addOption(repeated('--allow <folder>', 'let clients ask about the files in this folder', String))
    .option('--model <folder>', 'a model folder (default: the bundled one)')
    .addOption(choice('--device <d>', 'the device that the model runs on', DeviceChoice.options).default('auto'))
    .addOption(
      choice('--precision <p>', 'of the weights; auto is the fastest that fits', PrecisionChoice.options).default(
        'auto',
      ),
    )
    .option('--anyway', 'load and ask also what needs more memory than is free')
    .addOption(number('--queue <n>', 'how many questions may wait', { min: 0, max: 1000 }).default(8));
}

export interface ServingOptions {
  allow?: string[] | undefined;
  model?: string | undefined;
  device: DeviceChoice;
  precision: PrecisionChoice;
  anyway?: boolean | undefined;
  queue: number;
}

/** What answers clients, and its model, which is loaded when it is first needed. */
export async function answererFor(
  engine: Engine,
  pictures: string,
  { allow = [], model: named, device, precision, anyway = false, queue }: ServingOptions,
  log: (line: string) => void,
) {
  const allowed = await AllowedFolders.of(allow);
  let loaded: ModelInfo | undefined;
  const model = async (running: { signal?: AbortSignal | undefined }): Promise<ModelInfo> => {
    if (loaded) return loaded;
    const folder = named ?? bundledModel();
    const use = await deviceFor(folder, device, { signal: running.signal });
    return (loaded = await engine.load(folder, {
      bundled: named === undefined,
      anyway,
      precision,
      device: use,
      ...running,
    }));
  };
  const answerer = new Answerer({
    engine,
    model,
    captureViews: process.env['ZOETROPE_ELECTRON_COMMAND'] === undefined ? undefined : captureViewsWith(engine),
    allowed,
    waiting: queue,
    pictures,
    anyway,
    version: appVersion(),
    advise: adviceOf,
    log,
    watch: endIfSilent,
  });
  return { answerer, model };
}

const captureViewsWith =
  (engine: Engine): NonNullable<Answerer['options']['captureViews']> =>
  (path, job, options) =>
    captureViews(path, job, engine, options);

/** Resolves when the command is to end. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
