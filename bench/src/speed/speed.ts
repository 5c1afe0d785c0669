// SPDX-License-Identifier: Apache-2.0
/** The speed benchmark: runs all measurements one after the other. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled } from '../../../src/contract';
import { machine } from '../machine';
import { verdicts, type Verdict } from './bars';
import { writeLimitGraphs, type LimitGraph, type Limits } from './limits';
import {
  append,
  cancel,
  compare,
  counted,
  decode,
  prefill,
  stalls,
  vision,
  type Comparison,
  type Measured,
  type Ratio,
  type Row,
} from './measure';
import { pictureTokens, SHAPES, type Size } from './shapes';
import { OURS } from './subject';
import { SubjectProcess } from './subject-process';
import { RIVALS, ZOETROPE, type Entrant, type Program } from './subjects';
import { rowInWords } from './words';
import { exists, prepareModels } from './work';

export const METRICS = ['limits', 'decode', 'prefill', 'vision', 'append', 'cancel', 'stalls'] as const;
export type Metric = (typeof METRICS)[number];

export interface SpeedOptions {
  size: Size;
  /** The folder for models; existing ones are reused. */
  work: string;
  /** The program and arguments of a process that calls `serveSubject`. */
  command: readonly [string, ...string[]];
  /** The folder of the peers' adapters. */
  peers: string;
  only: readonly Metric[];
  against: readonly Program[];
  /** Context lengths that replace those of each measurement. */
  contexts?: readonly number[] | undefined;
  threads: number;
  /** Turns per measurement. */
  rounds: number;
  /** Tokens decoded per turn. */
  tokens: number;
  signal?: AbortSignal | undefined;
  onNote?: ((note: string) => void) | undefined;
}

export interface SpeedReport {
  machine: ReturnType<typeof machine>;
  versions: Record<string, string>;
  size: Size;
  threads: number;
  limits: Limits | null;
  rows: Row[];
  ratios: Ratio[];
  verdicts: Verdict[];
}

/** Extra positions for the warm-up. */
const ROOM = 256;

/** From this many positions on, prefill takes minutes and is measured once. */
const LONG = 8192;

/**
 * Runs the benchmark and returns its report. When it is cancelled, it returns what was measured until then.
 * @throws ZoetropeError `cancelled` if nothing was measured, `disk-full`, `internal` when a process fails.
 */
export async function measureSpeed(options: SpeedOptions): Promise<SpeedReport> {
  const { size, work, command, peers, only, threads, rounds, tokens, signal, onNote } = options;
  const shape = SHAPES[size];
  const rivals = await present(options);
  const models = await prepareModels(
    work,
    size,
    {
      published: rivals.some(({ program }) => program === 'plain' || program === 'transformers.js'),
      gguf: rivals.some(({ program }) => program === 'llama.cpp'),
    },
    { signal, onNote },
  );
  const start = ({ name, adapter, settings }: Entrant, context: number) =>
    SubjectProcess.open(
      name,
      command,
      adapter === OURS ? OURS : join(peers, adapter),
      settings({ models, shape, threads, positions: context + tokens + ROOM }),
      signal,
    );
  const report: SpeedReport = {
    machine: machine(),
    versions: await versions(peers),
    size,
    threads,
    limits: null,
    rows: [],
    ratios: [],
    verdicts: [],
  };
  const add = ({ rows, ratios }: Measured) => {
    report.rows.push(...rows);
    report.ratios.push(...ratios);
  };
  const withZoetrope = async <T>(job: (zoetrope: SubjectProcess) => Promise<T>): Promise<T> => {
    const zoetrope = await start(ZOETROPE, 0);
    try {
      return await job(zoetrope);
    } finally {
      await zoetrope.end();
    }
  };
  const compared = (comparison: Comparison, turns = rounds) =>
    withZoetrope((zoetrope) => {
      const context = comparison.context ?? 0;
      const able = rivals.filter(({ reach }) => (reach[comparison.metric] ?? -1) >= context);
      return compare(
        comparison,
        turns,
        zoetrope,
        able.map((rival) => () => start(rival, context)),
        (pair) => {
          for (const row of pair.rows) onNote?.(rowInWords(row));
        },
      );
    });

  const measure = async (metric: Metric): Promise<void> => {
    const lengths =
      options.contexts ?? (metric === 'decode' ? shape.decode : metric === 'prefill' ? shape.prefill : undefined);
    const at = lengths?.at(-1);
    onNote?.(`${metric}${lengths ? ` at ${lengths.join(', ')}` : ''}`);
    switch (metric) {
      case 'limits':
        report.limits = await measureLimits(options);
        break;
      case 'decode':
        for (const context of lengths!) add(await compared(decode(context, tokens)));
        break;
      case 'prefill':
        for (const context of lengths!) add(await compared(prefill(context), context < LONG ? rounds : 1));
        break;
      case 'vision':
        add(await compared(vision()));
        break;
      case 'append':
        add(await withZoetrope((zoetrope) => append(at ?? shape.append, pictureTokens(shape), rounds, zoetrope)));
        break;
      case 'cancel':
        report.rows.push(...(await withZoetrope((zoetrope) => cancel(at ?? shape.attention, rounds, zoetrope))));
        break;
      case 'stalls':
        report.rows.push(
          ...(await withZoetrope((zoetrope) => stalls(at ?? shape.attention, tokens, rounds, zoetrope))),
        );
        break;
    }
  };
  try {
    for (const metric of METRICS.filter((name) => only.includes(name))) {
      throwIfCancelled(signal);
      await measure(metric);
    }
  } catch (error) {
    if (signal?.aborted !== true || report.rows.length === 0) throw error;
    onNote?.('stopped; this was measured until then:');
  }
  return { ...report, verdicts: verdicts(report, threads) };
}

/** The requested rivals that are installed; reports those that are not. */
async function present({ against, peers, onNote }: SpeedOptions): Promise<Entrant[]> {
  const found: Entrant[] = [];
  const absent = new Set<string>();
  for (const rival of RIVALS.filter(({ program }) => against.includes(program))) {
    if (rival.needs === undefined || (await exists(join(peers, 'node_modules', rival.needs)))) found.push(rival);
    else absent.add(rival.program);
  }
  if (absent.size > 0)
    onNote?.(
      `not there: ${[...absent].join(', ')}; to have them: npm install --no-save --ignore-scripts --prefix bench/peers`,
    );
  return found;
}

/** Versions of Node and of the installed rivals. */
async function versions(peers: string): Promise<Record<string, string>> {
  const found: Record<string, string> = { node: process.version.slice(1) };
  for (const name of ['onnxruntime-node', '@huggingface/transformers', 'node-llama-cpp']) {
    const text = await readFile(join(peers, 'node_modules', name, 'package.json'), 'utf8').catch(() => undefined);
    if (text !== undefined) found[name] = (JSON.parse(text) as { version: string }).version;
  }
  return found;
}

/** Runs of each product; the fastest counts. */
const TRIES = 12;

async function measureLimits({ size, work, command, peers, threads, signal }: SpeedOptions): Promise<Limits> {
  const graphs: LimitGraph[] = await writeLimitGraphs(join(work, 'limits', size), size === 'full' ? 1 : 1 / 32);
  const subject = await SubjectProcess.open(
    'The machine',
    command,
    join(peers, 'limits.mjs'),
    { graphs, threads },
    signal,
  );
  try {
    const limits = {} as Limits;
    for (const { limit, work: done } of graphs) {
      let best = Infinity;
      for (let i = 0; i < TRIES; i++) best = Math.min(best, counted(await subject.ask('product', limit), threads));
      limits[limit] = done / (best / 1000);
    }
    return limits;
  } finally {
    await subject.end();
  }
}
