// SPDX-License-Identifier: Apache-2.0
/** The measurements: each asks processes to do one operation several times, in turns, and records how long it took. */

import { spread, type Spread } from '../statistics';
import type { Stalls } from './ours';
import type { Timed } from './subject';
import type { SubjectProcess } from './subject-process';
import type { Compared } from './subjects';

/**
 * The time that counts. With one thread it is CPU time, which other programs hardly affect. With several threads it is
 * wall time, because threads that wait in a loop would count as work.
 */
export function counted<T>({ ms, cpuMs }: { ms: T; cpuMs: T }, threads: number): T {
  return threads === 1 ? cpuMs : ms;
}

/** Repeated measurements of one operation. */
export interface Row {
  metric: string;
  subject: string;
  /** Positions of the past or of the prompt; null if it does not apply. */
  context: number | null;
  unit: string;
  /** Wall time, in `unit`; the median and quartiles of `values`. */
  values: number[];
  wall: Spread;
  /** CPU time of all cores, in milliseconds; null if it does not apply. */
  cpu: Spread | null;
  /** Peak memory of the process so far, in bytes; null if it does not apply. */
  peakBytes: number | null;
}

/** How many times as long as Zoetrope an entrant took, turn by turn. */
export interface Ratio {
  metric: string;
  against: string;
  context: number | null;
  /** By wall time: accurate if nothing else runs. */
  wall: Spread;
  /** By CPU time: hardly affected by other programs, but threads that wait in a loop count as work. */
  cpu: Spread;
}

export interface Measured {
  rows: Row[];
  ratios: Ratio[];
}

/** An operation to compare: how a subject is prepared, and what it does in each turn. */
export interface Comparison {
  metric: Compared;
  context: number | null;
  prepare: (subject: SubjectProcess) => Promise<unknown>;
  once: (subject: SubjectProcess) => Promise<Timed>;
  /** Operations per turn. */
  count: number;
  unit: string;
}

/** Decodes tokens after `context` others. @param tokens decoded per turn. */
export function decode(context: number, tokens: number): Comparison {
  const turn = async (subject: SubjectProcess, count: number) => {
    await subject.ask('rewind', context);
    return subject.ask('write', count);
  };
  return {
    metric: 'decode',
    context,
    prepare: async (subject) => {
      await subject.ask('fill', context);
      await turn(subject, 2);
    },
    once: (subject) => turn(subject, tokens),
    count: tokens,
    unit: 'ms a token',
  };
}

/** Prefills a prompt of `context` tokens into an empty cache. */
export function prefill(context: number): Comparison {
  return {
    metric: 'prefill',
    context,
    prepare: (subject) => subject.ask('read', Math.min(context, 64)),
    once: (subject) => subject.ask('read', context),
    count: 1,
    unit: 'ms a prompt',
  };
}

/** Encodes a picture. */
export function vision(): Comparison {
  return {
    metric: 'vision',
    context: null,
    prepare: (subject) => subject.ask('look'),
    once: (subject) => subject.ask('look'),
    count: 1,
    unit: 'ms a picture',
  };
}

/**
 * Measures Zoetrope alone, or in turns with each rival, so that other load on the machine affects both.
 * @param onMeasured called with each pair as soon as it is done.
 */
export async function compare(
  comparison: Comparison,
  rounds: number,
  zoetrope: SubjectProcess,
  rivals: readonly (() => Promise<SubjectProcess>)[],
  onMeasured?: (measured: Measured) => void,
): Promise<Measured> {
  const { once, prepare } = comparison;
  await prepare(zoetrope);
  const own: Timed[] = [];
  const rows: Row[] = [];
  const ratios: Ratio[] = [];
  for (const start of rivals) {
    const rival = await start();
    try {
      await prepare(rival);
      const [mine, theirs]: [Timed[], Timed[]] = [[], []];
      for (let round = 0; round < rounds; round++) {
        const [a, b] = [await once(zoetrope), await once(rival)];
        own.push(a);
        mine.push(a);
        theirs.push(b);
      }
      const pair = {
        rows: [rowOf(comparison, zoetrope.name, mine), rowOf(comparison, rival.name, theirs)],
        ratios: [ratioOf(comparison, rival.name, theirs, mine)],
      };
      onMeasured?.(pair);
      rows.push(pair.rows[1]!);
      ratios.push(...pair.ratios);
    } finally {
      await rival.end();
    }
  }
  if (rivals.length === 0) for (let round = 0; round < rounds; round++) own.push(await once(zoetrope));
  return { rows: [rowOf(comparison, zoetrope.name, own), ...rows], ratios };
}

type What = Pick<Row, 'metric' | 'context' | 'unit'> & { count: number };

function rowOf({ metric, context, unit, count }: What, subject: string, timed: readonly Timed[]): Row {
  const values = timed.map(({ ms }) => ms / count);
  return {
    metric,
    subject,
    context,
    unit,
    values,
    wall: spread(values),
    cpu: spread(timed.map(({ cpuMs }) => cpuMs / count)),
    peakBytes: Math.max(...timed.map(({ peakBytes }) => peakBytes)),
  };
}

function ratioOf(
  { metric, context }: Pick<What, 'metric' | 'context'>,
  against: string,
  theirs: readonly Timed[],
  mine: readonly Timed[],
): Ratio {
  return {
    metric,
    against,
    context,
    wall: spread(theirs.map(({ ms }, turn) => ms / mine[turn]!.ms)),
    cpu: spread(theirs.map(({ cpuMs }, turn) => cpuMs / mine[turn]!.cpuMs)),
  };
}

/** Tokens of the text around a picture that is added to a conversation, and of the answer before it. */
const [WORDS, ANSWER] = [21, 8];

/**
 * Adds one more picture to a conversation of `context` tokens with an answer, compared with prefilling all of it again.
 */
export async function append(
  context: number,
  picture: number,
  rounds: number,
  zoetrope: SubjectProcess,
): Promise<Measured> {
  const what = { metric: 'append', context, unit: 'ms', count: 1 };
  const before = await zoetrope.ask('fill', context);
  const rest = await zoetrope.ask('extend', picture + WORDS);
  const again: Timed = { ...rest, ms: before.ms + rest.ms, cpuMs: before.cpuMs + rest.cpuMs };
  const timed: Timed[] = [];
  for (let round = 0; round < rounds; round++) {
    await zoetrope.ask('rewind', context);
    await zoetrope.ask('write', ANSWER); // leaves keys and values in the form used for decode
    timed.push(await zoetrope.ask('extend', picture + WORDS));
  }
  return {
    rows: [rowOf(what, zoetrope.name, timed), rowOf(what, `${zoetrope.name}, all again`, [again])],
    ratios: [
      ratioOf(
        what,
        'reading all again',
        timed.map(() => again),
        timed,
      ),
    ],
  };
}

/** Tokens of the text during which the cancel happens: a chunk of a prompt. */
const CHUNK = 512;

/** How long it takes from a cancel until prefill, decode or encode has ended. */
export async function cancel(context: number, rounds: number, zoetrope: SubjectProcess): Promise<Row[]> {
  await zoetrope.ask('fill', context);
  const chunk = Math.min(CHUNK, context);
  const whole = await zoetrope.ask('extend', chunk);
  const look = await zoetrope.ask('look');
  const rows: Row[] = [];
  const jobs = [
    { name: 'reading', ms: whole.ms, operation: 'stopReading', args: [chunk] },
    { name: 'writing', ms: whole.ms, operation: 'stopWriting', args: [] },
    { name: 'looking', ms: look.ms, operation: 'stopLooking', args: [] },
  ];
  for (const { name, ms, operation, args } of jobs) {
    const values: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await zoetrope.ask('rewind', context);
      // Spread over the whole run, so that cancels hit every stage of it.
      const { value } = await zoetrope.ask<number | null>(operation, ...args, (ms * (round + 0.5)) / rounds);
      if (value !== null) values.push(value);
    }
    if (values.length === 0) continue; // always done before it could be cancelled
    rows.push({
      metric: 'cancel',
      subject: `${zoetrope.name}, ${name}`,
      context,
      unit: 'ms',
      values,
      wall: spread(values),
      cpu: null,
      peakBytes: null,
    });
  }
  return rows;
}

/** How long the event loop is blocked during prefill, decode and encode, and while idle. */
export async function stalls(
  context: number,
  tokens: number,
  rounds: number,
  zoetrope: SubjectProcess,
): Promise<Row[]> {
  const busy: Stalls[] = [];
  const idle: Stalls[] = [];
  await zoetrope.ask('read', Math.min(64, context));
  for (let round = 0; round < rounds; round++) {
    await zoetrope.ask('watch');
    const read = await zoetrope.ask('read', context);
    const wrote = await zoetrope.ask('write', tokens);
    const looked = await zoetrope.ask('look');
    busy.push((await zoetrope.ask<Stalls>('watched')).value);
    await zoetrope.ask('watch');
    await zoetrope.ask('rest', read.ms + wrote.ms + looked.ms);
    idle.push((await zoetrope.ask<Stalls>('watched')).value);
  }
  const row = (subject: string, values: number[]): Row => ({
    metric: 'stalls',
    subject,
    context,
    unit: 'ms',
    values,
    wall: spread(values),
    cpu: null,
    peakBytes: null,
  });
  return [
    row(
      'longest',
      busy.map(({ max }) => max),
    ),
    row(
      'all but one in a thousand',
      busy.map(({ p999 }) => p999),
    ),
    row(
      'longest, at rest',
      idle.map(({ max }) => max),
    ),
  ];
}
