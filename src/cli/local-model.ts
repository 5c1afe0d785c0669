// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { DeviceChoice, LocalReceipt, PrecisionChoice } from '../contract';
import type { Engine, JobOptions } from '../engine';
import type { Answering } from './answering';
import { deviceFor } from './devices';
import { modelFolder } from './hub';
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
  const folder = model === undefined ? bundledModel() : await modelFolder(model);
  const {
    inputSize,
    name,
    fingerprint,
    precision: loaded,
  } = await engine.load(folder, {
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
    model: { name, fingerprint, precision: loaded },
    inputSize,
    captions: engine.captions,
    ask: async ({ turns, sampling, subtitles, ...options }) => {
      const request = { turns, sampling, anyway, ...(subtitles && { subtitles }) };
      const answer = await engine.ask(request, { ...options, onLogits });
      return { ...answer, notes: notesOn(answer.receipt) };
    },
  };
}

async function writeLogits(file: string, logits: Float32Array): Promise<void> {
  await mkdir(dirname(resolve(file)), { recursive: true });
  await writeFile(file, new Uint8Array(logits.buffer, logits.byteOffset, logits.byteLength));
}

function notesOn(receipt: LocalReceipt): string[] {
  const outside = outsideNote(receipt);
  const notes = outside === null ? [] : [outside];
  if (receipt.finish === 'repeating')
    notes.push(
      'The answer began to say the same over and over, so it was stopped. Ask in other words, or with fewer pictures; --repetition-penalty 1.1 may help too.',
    );
  return notes;
}

/** Names the pictures that are unlike all that the model was trained on. Null if there are none. */
function outsideNote({ pictures }: LocalReceipt): string | null {
  const numbers = pictures.flatMap(({ outside }, k) => (outside ? [k + 1] : []));
  if (numbers.length === 0) return null;
  const many = numbers.length > 1;
  const named =
    numbers.length === pictures.length
      ? many
        ? 'The pictures'
        : 'The picture'
      : many
        ? `Pictures ${numbers.join(', ')}`
        : `Picture ${numbers[0]}`;
  return `${named} ${many ? 'look' : 'looks'} unlike anything this model was trained on. Do not rely on what it says about ${many ? 'them' : 'it'}.`;
}
