// SPDX-License-Identifier: Apache-2.0
/** The time from a question about frames of a video to the first word of the answer, for each family in its real shapes. */

import { join } from 'node:path';
import { throwIfCancelled } from '../../../src/contract';
import { CATALOG, type CatalogEntry } from '../../../src/model';
import { OURS } from '../speed/subject';
import { SubjectProcess } from '../speed/subject-process';
import { exists } from '../speed/work';
import { spread, type Spread } from '../statistics';
import { randomModel, type RandomModel } from './models';
import { writeLanguageGguf, writeSmolExport } from './exports';

export interface FirstWordOptions {
  /** The folder for models; existing ones are reused. */
  work: string;
  /** The program and arguments of a process that calls `serveSubject`. */
  command: readonly [string, ...string[]];
  /** The folder of the peers' adapters. */
  peers: string;
  /** Titles of the catalogue's models to measure. */
  only: readonly string[];
  frames: number;
  threads: number;
  rounds: number;
  signal?: AbortSignal | undefined;
  onNote?: ((note: string) => void) | undefined;
}

/** One model run by one program. Times in seconds. */
export interface FirstWordResult {
  model: string;
  program: string;
  positions: number;
  wall: Spread;
  /** Of all cores. */
  cpu: Spread;
  /** Peak memory of the process, in bytes. */
  peakBytes: number;
  /** How many times as long as Zoetrope with the same weights, by clock and by processor time. */
  ratio: { wall: number; cpu: number } | null;
}

/** The models that a processor runs in bearable time. */
export const MEASURED = [
  'SmolVLM2 256M',
  'SmolVLM2 500M',
  'SmolVLM2 2.2B',
  'LLaVA-OneVision 0.5B',
  'LLaVA-NeXT-Interleave 0.5B',
] as const;

/**
 * Measures each model: transformers.js beside it where it is installed and runs the family, and llama.cpp beside the
 * language part alone. Programs take turns, and rest while another is measured.
 * @throws ZoetropeError `cancelled`, `disk-full`, `internal` when a process fails.
 */
export async function* measureFirstWord(options: FirstWordOptions): AsyncGenerator<FirstWordResult> {
  const { work, only, frames, threads, signal, onNote, command } = options;
  for (const title of only) {
    const entry = CATALOG.find((one) => one.title === title)!;
    onNote?.(`preparing ${title}`);
    const model = await randomModel(work, entry, frames, 'w8w4', signal);
    const open = (name: string, adapter: string, settings: object) =>
      SubjectProcess.open(name, command, adapter, { ...settings, threads }, signal);
    const ours = await open('Zoetrope w8w4', OURS, { folder: model.folder, precision: 'w8w4' });
    try {
      const transformers = await transformersJs(entry, model, open, options);
      yield* turns(title, ours, transformers, ['firstWord', frames, model.positions], model, options);
      const llama = await llamaCpp(title, model, open, options);
      if (llama) yield* turns(`${title}, language part`, ours, llama, ['read', model.positions], model, options);
    } finally {
      await ours.end();
    }
  }
}

type OpenSubject = (name: string, adapter: string, settings: object) => Promise<SubjectProcess>;

/** transformers.js with the model; undefined if it is not installed or is not measured with this family. */
async function transformersJs(
  { config, title }: CatalogEntry,
  { folder, rows }: RandomModel,
  open: OpenSubject,
  { peers, onNote, signal }: FirstWordOptions,
): Promise<SubjectProcess | undefined> {
  if (config.model_type !== 'smolvlm' || !(await exists(join(peers, 'node_modules/@huggingface/transformers'))))
    return undefined;
  const published = `${folder}-published`;
  if (!(await exists(join(published, 'onnx')))) {
    onNote?.(`writing ${title} in the layout of published exports`);
    await writeSmolExport(published, folder, config, signal);
  }
  const side = Number((config['vision_config'] as { image_size: number }).image_size);
  const settings = { folder: published, side, rows, image: config['image_token_id'] };
  return open('transformers.js q4', join(peers, 'transformers-js-smolvlm.mjs'), settings);
}

/** llama.cpp with the language part; undefined if it is not installed. */
async function llamaCpp(
  title: string,
  { folder, positions }: RandomModel,
  open: OpenSubject,
  { peers, onNote, signal }: FirstWordOptions,
): Promise<SubjectProcess | undefined> {
  if (!(await exists(join(peers, 'node_modules/node-llama-cpp')))) return undefined;
  const file = `${folder}-q4_0.gguf`;
  if (!(await exists(file))) {
    onNote?.(`writing ${title} for llama.cpp`);
    await writeLanguageGguf(file, folder, signal);
  }
  return open('llama.cpp Q4_0', join(peers, 'llama-cpp.mjs'), { file, positions: positions + 64, words: 40_000 });
}

/** Measures one operation of Zoetrope and of another program in turns, and ends the other. */
async function* turns(
  title: string,
  ours: SubjectProcess,
  rival: SubjectProcess | undefined,
  [operation, ...args]: [string, ...unknown[]],
  model: RandomModel,
  { rounds, signal, onNote }: FirstWordOptions,
): AsyncGenerator<FirstWordResult> {
  try {
    const [own, theirs] = [noTimes(), noTimes()];
    for (let round = 0; round < rounds; round++) {
      throwIfCancelled(signal);
      onNote?.(`${title}, round ${round + 1}`);
      note(own, await ours.ask(operation, ...args));
      if (rival) note(theirs, await rival.ask(operation, ...args));
    }
    const result = resultOf(title, ours.name, model, own, null);
    yield result;
    if (rival) yield resultOf(title, rival.name, model, theirs, result);
  } finally {
    await rival?.end();
  }
}

interface Times {
  ms: number[];
  cpuMs: number[];
  peakBytes: number;
}

const noTimes = (): Times => ({ ms: [], cpuMs: [], peakBytes: 0 });

function note(times: Times, { ms, cpuMs, peakBytes }: { ms: number; cpuMs: number; peakBytes: number }): void {
  times.ms.push(ms / 1e3);
  times.cpuMs.push(cpuMs / 1e3);
  times.peakBytes = Math.max(times.peakBytes, peakBytes);
}

function resultOf(
  model: string,
  program: string,
  { positions }: RandomModel,
  { ms, cpuMs, peakBytes }: Times,
  own: FirstWordResult | null,
): FirstWordResult {
  const [wall, cpu] = [spread(ms), spread(cpuMs)];
  const ratio = own && { wall: wall.median / own.wall.median, cpu: cpu.median / own.cpu.median };
  return { model, program, positions, wall, cpu, peakBytes, ratio };
}
