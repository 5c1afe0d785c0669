// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { DeviceChoice, PrecisionChoice } from '../contract';
import type { Engine, JobOptions } from '../engine';
import type { Answering } from './answering';
import { deviceFor } from './devices';
import { bundledModel, sayNeeds } from './session';

/** The options of `ask` that only the local model has. */
export interface LocalOptions {
  model?: string | undefined;
  device: DeviceChoice;
  precision: PrecisionChoice;
  anyway?: boolean | undefined;
  dumpLogits?: string | undefined;
}

/** Loads the local model. @throws as `Engine.load`. */
export async function localModel(
  { model, device, precision, anyway = false, dumpLogits }: LocalOptions,
  engine: Engine,
  { signal, onProgress }: JobOptions,
): Promise<Answering> {
  const folder = model ?? bundledModel();
  const { inputSize } = await engine.load(folder, {
    bundled: model === undefined,
    anyway,
    precision,
    onNeeds: sayNeeds,
    device: await deviceFor(folder, device, { signal }),
    signal,
    onProgress,
  });
  const onLogits = dumpLogits === undefined ? undefined : (logits: Float32Array) => writeLogits(dumpLogits, logits);
  return {
    inputSize,
    ask: ({ turns, sampling, subtitles, ...options }) =>
      engine.ask({ turns, sampling, anyway, ...(subtitles && { subtitles }) }, { ...options, onLogits }),
  };
}

async function writeLogits(file: string, logits: Float32Array): Promise<void> {
  await mkdir(dirname(resolve(file)), { recursive: true });
  await writeFile(file, new Uint8Array(logits.buffer, logits.byteOffset, logits.byteLength));
}
