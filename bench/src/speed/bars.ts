// SPDX-License-Identifier: Apache-2.0
/** Zoetrope's speed targets, and whether they were met. */

import { counted, type Measured, type Row } from './measure';

/** One target and its result, for the report. */
export interface Verdict {
  what: string;
  at: number | null;
  against: string;
  /** The ratio to reach at least; or, for a time, the most milliseconds. */
  bar: number;
  reached: number;
  met: boolean;
}

interface Bar {
  metric: string;
  against: string;
  /** Target by number of positions; `any` where there are none, or where it holds for all. */
  at: Readonly<Record<number, number>> | { any: number };
}

/** How many times as fast as the peer. */
const FASTER: readonly Bar[] = [
  { metric: 'decode', against: 'transformers.js q4', at: { 512: 3, 4096: 8, 12_000: 12 } },
  { metric: 'decode', against: 'llama.cpp Q4_0', at: { 512: 1, 2048: 2, 4096: 2 } },
  { metric: 'prefill', against: 'plain export q4', at: { any: 4 } },
  { metric: 'prefill', against: 'llama.cpp Q4_0', at: { 512: 1.6, 2048: 2.2 } },
  { metric: 'vision', against: 'plain export fp32', at: { any: 3 } },
  { metric: 'append', against: 'reading all again', at: { any: 9 } },
];

/** How many times less memory during decode. */
const LEANER: readonly Bar[] = [
  { metric: 'decode', against: 'plain export q4', at: { 12_000: 8 } },
  { metric: 'decode', against: 'transformers.js q4', at: { 12_000: 8 } },
];

/** The longest time allowed, in milliseconds. */
const LONGEST: readonly { metric: string; subject: RegExp; most: number }[] = [
  { metric: 'cancel', subject: /./, most: 500 },
  { metric: 'stalls', subject: /^longest$/, most: 10 },
];

/** The targets that were measured. */
export function verdicts({ rows, ratios }: Measured, threads: number): Verdict[] {
  const found: Verdict[] = [];
  for (const { metric, against, context, wall, cpu } of ratios) {
    const bar = barOf(FASTER, metric, against, context);
    const reached = counted({ ms: wall, cpuMs: cpu }, threads).median;
    if (bar !== undefined)
      found.push({ what: `${metric}, times as fast`, at: context, against, bar, reached, met: reached >= bar });
  }
  for (const { metric, subject, context, peakBytes } of rows) {
    const bar = barOf(LEANER, metric, subject, context);
    const own = rows.find(
      (row) => row.metric === metric && row.context === context && row.subject.startsWith('Zoetrope'),
    )?.peakBytes;
    if (bar === undefined || peakBytes === null || !own) continue;
    const reached = peakBytes / own;
    found.push({
      what: `${metric}, times as little memory`,
      at: context,
      against: subject,
      bar,
      reached,
      met: reached >= bar,
    });
  }
  for (const { metric, subject, most } of LONGEST) {
    for (const row of rows.filter((one) => one.metric === metric && subject.test(one.subject)))
      found.push(longest(row, most));
  }
  return found;
}

function barOf(bars: readonly Bar[], metric: string, against: string, context: number | null): number | undefined {
  const at = bars.find((bar) => bar.metric === metric && bar.against === against)?.at;
  return at && ('any' in at ? at.any : context === null ? undefined : at[context]);
}

function longest({ metric, subject, context, values }: Row, most: number): Verdict {
  const reached = Math.max(...values);
  return { what: `${metric}, ms at worst`, at: context, against: subject, bar: most, reached, met: reached <= most };
}
