// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { inEnglish, say, type Item, type SamplingPlan, type Sentence, type TimeRange } from '../contract';
import { frameItems, sourceOf, type Engine, type JobOptions } from '../engine';
import { command } from './define';
import { number, repeated, usage } from './options';
import { tell, withEngine } from './session';
import { fileNumber, print, refuseExisting, save } from './pictures';
import { toErr } from './terminal';

/** Values of `--strategy`; times in seconds. */
const STRATEGIES = 'uniform, rate=R, keyframes, scene or at=T1,T2';

/** `zoetrope frames`: exact frames of a video, with the hash of their pixels. */
export const frames = (signal: AbortSignal) =>
  command('frames', 'Exact frames of a video, with the hash of their pixels.')
    .argument('<video>')
    .addOption(
      number('--count <n>', 'how many frames; at most, for rate and keyframes (default: 16, or 512)', {
        min: 1,
        max: 512,
      }),
    )
    .option('--strategy <s>', `how to choose them: ${STRATEGIES}`, 'uniform')
    .addOption(repeated('--range <a-b>', 'take frames from this range only, in seconds', readRange))
    .addOption(repeated('--denser <a-b[:n]>', 'take n times as many frames in this range (default: 2)', readDenser))
    .option('--json', 'print one object, with all that is known of each frame')
    .option('--out <folder>', 'write the frames there, as PNG')
    .option('--force', 'replace files that are there already')
    .action(async (path, { count, strategy, range = [], denser = [], json, out, force }) => {
      const plan = readPlan(strategy, count, range);
      await withEngine(async (engine) => {
        const { items, notes } = await denselyItems(path, plan, denser, engine, { signal, onProgress: tell });
        const nameOf = (item: Item, k: number): string =>
          `frame-${fileNumber(k)}-${item.origin.kind === 'frame' ? item.origin.index : k}.png`;
        if (out !== undefined && !force) await refuseExisting(out, items.map(nameOf));
        const files = await save(items, out, engine, nameOf);
        if (!json) notes.forEach(toErr);
        const facts = { source: resolve(path), plan, ...(denser.length > 0 && { denser }), notes };
        print(json ?? false, facts, 'frames', items, files);
      });
    });

/** Parses a strategy such as `rate=2` into a plan. Several ranges are sampled together. */
function readPlan(strategy: string, count: number | undefined, given: TimeRange[]): SamplingPlan {
  const [name, value] = strategy.split('=', 2);
  const cap = count ?? 512;
  const ranges = given.length > 0 ? given : undefined;
  if (ranges && name === 'at')
    throw usage(say`--range does not go with --strategy at=, which names its moments itself.`);
  if (name === 'uniform' && value === undefined) return { strategy: 'uniform', count: count ?? 16, ranges };
  if (name === 'keyframes' && value === undefined) return { strategy: 'keyframes', cap, ranges };
  if (name === 'scene' && value === undefined) return { strategy: 'scene', cap: count ?? 16, ranges };
  if (name === 'rate' && value !== undefined) {
    const perSecond = Number(value);
    if (perSecond > 0 && Number.isFinite(perSecond)) return { strategy: 'rate', perSecond, cap, ranges };
  }
  if (name === 'at' && value !== undefined)
    return { strategy: 'at', times: seconds(value.split(','), undefined, say`--strategy at= takes times in seconds.`) };
  throw usage(say`--strategy takes ${STRATEGIES}; not "${strategy}".`);
}

interface Denser {
  range: TimeRange;
  factor: number;
}

/** Parses `10-20:4`: four times as many frames in that range. Without a factor, twice as many. */
function readDenser(text: string): Denser {
  const message = say`--denser takes START-END or START-END:FACTOR, in seconds, with a whole factor from 2 to 16.`;
  const [range = '', times = '2', ...more] = text.split(':');
  const factor = Number(times);
  if (more.length > 0 || !Number.isInteger(factor) || factor < 2 || factor > 16) throw usage(message);
  const [start, end] = seconds(range.split('-'), 2, message) as [number, number];
  return { range: { start, end }, factor };
}

/**
 * Takes the frames of a plan, then more frames in each given range, one range after the other. Returns them in time
 * order.
 */
async function denselyItems(
  path: string,
  plan: SamplingPlan,
  given: readonly Denser[],
  engine: Engine,
  options: JobOptions,
): Promise<{ items: Item[]; notes: string[] }> {
  const { items, notes: first } = await frameItems(path, sourceOf(path), plan, engine.pictures, options);
  const notes = first.map(({ text }) => inEnglish(text));
  const indexOf = ({ origin }: Item): number => (origin.kind === 'frame' ? origin.index : 0);
  for (const part of given) {
    const times = items.flatMap(({ origin }) => (origin.kind === 'frame' ? [origin.time] : []));
    const more = await frameItems(
      path,
      sourceOf(path),
      { strategy: 'denser', times, ...part, most: Math.max(0, 512 - items.length) },
      engine.pictures,
      options,
    );
    items.push(...more.items);
    items.sort((a, b) => indexOf(a) - indexOf(b));
    notes.push(...more.notes.map(({ text }) => inEnglish(text)).filter((note) => !notes.includes(note)));
  }
  return { items, notes };
}

function readRange(text: string): TimeRange {
  const [start, end] = seconds(text.split('-'), 2, say`--range takes START-END in seconds.`) as [number, number];
  return { start, end };
}

function seconds(texts: string[], length: number | undefined, message: Sentence): number[] {
  const numbers = texts.map((text) => (text.trim() === '' ? NaN : Number(text)));
  if (numbers.some((n) => !Number.isFinite(n) || n < 0) || (length !== undefined && numbers.length !== length))
    throw usage(message);
  return numbers;
}
