import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { say } from '../contract';
import { benchFrames, CODECS, machine, table, type Codec, type FramesResult } from '../../bench/src';
import { findFfmpeg } from '../media';
import { readArguments, usage } from './arguments';
import { jsonOut, toErr, toOut } from './terminal';

/** `bench frames`: what fetching frames costs, against the plain ways and against what has to be decoded. */
export async function framesBenchmark(argv: string[], signal: AbortSignal): Promise<void> {
  const args = readArguments(argv, {
    codec: { type: 'string' },
    minutes: { type: 'string' },
    count: { type: 'string' },
    height: { type: 'string' },
    rounds: { type: 'string' },
    folder: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (args.positionals.length > 0) throw usage(say`bench frames takes options only, not "${args.positionals[0]!}".`);
  const codec = args.choice('codec', Object.keys(CODECS) as Codec[]);
  const wanted = {
    codecs: codec ? [codec] : (Object.keys(CODECS) as Codec[]),
    seconds: list(args.text('minutes') ?? '1,30', 'minutes', 0.01, 600).map((minutes) => minutes * 60),
    counts: list(args.text('count') ?? '16,64', 'count', 1, 64).map(Math.round),
    height: args.number('height', { min: 16, max: 2160 }) ?? 480,
    rounds: args.number('rounds', { min: 1, max: 100 }) ?? 3,
    folder: args.text('folder') ?? join(tmpdir(), 'zoetrope-bench-frames'),
  };
  const about = { ...machine(), ffmpeg: findFfmpeg().version, height: wanted.height };
  const results: FramesResult[] = [];
  for await (const result of benchFrames(wanted, signal)) {
    results.push(result);
    toErr(`${result.codec}, ${result.seconds} s, ${result.count} frames, ${result.way}: ${result.wall.toFixed(2)} s`);
  }
  if (args.flag('json')) return jsonOut({ ...about, results });
  toOut(`${Object.values(about).join(', ')} lines high\n\n${framesTable(results)}\n`);
}

/** The floor stands beside each: what a way took over what nobody can do without. */
export function framesTable(results: readonly FramesResult[]): string {
  const rows = results.map((result) => {
    const { codec, seconds, count, way, wall, cpu, peak } = result;
    const floor = results.find(
      (other) => other.way === 'floor' && other.codec === codec && other.seconds === seconds && other.count === count,
    )?.cpu;
    const times = cpu !== null && floor ? `${(cpu / floor).toFixed(1)} x` : '';
    return [
      `${codec}, ${Number((seconds / 60).toFixed(2))} min, ${count} frames`,
      way,
      wall.toFixed(2),
      cpu?.toFixed(2) ?? '',
      times,
      peak === null ? '' : (peak / 1e6).toFixed(0),
    ];
  });
  return table(['file', 'way', 'wall s', 'CPU s', 'of floor', 'peak MB'], rows);
}

function list(text: string, name: string, min: number, max: number): number[] {
  const numbers = text.split(',').map(Number);
  if (numbers.every((n) => n >= min && n <= max)) return numbers;
  throw usage(say`--${name} takes numbers from ${min} to ${max}, with commas between them.`);
}
