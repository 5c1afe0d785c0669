// SPDX-License-Identifier: Apache-2.0
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchFrames, CODECS, machine, table, type Codec, type FramesResult } from '../../bench/src';
import { findFfmpeg } from '../media';
import { command } from './define';
import { choice, number, numbers } from './options';
import { jsonOut, toErr, toOut } from './terminal';

const ALL = Object.keys(CODECS) as Codec[];

/** `bench frames`: the time to read frames, compared with simpler methods and with the minimum that must be decoded. */
export const framesBenchmark = (signal: AbortSignal) =>
  command('frames', 'Measures time and memory of fetching frames.')
    .addOption(choice('--codec <c>', 'only this codec', ALL))
    .addOption(numbers('--minutes <n,n>', 'lengths of the files', { min: 0.01, max: 600 }).default([1, 30], '1,30'))
    .addOption(numbers('--count <n,n>', 'how many frames', { min: 1, max: 64 }).default([16, 64], '16,64'))
    .addOption(number('--height <px>', 'height of the frames', { min: 16, max: 2160 }).default(480))
    .addOption(number('--rounds <n>', 'rounds of each measurement', { min: 1, max: 100 }).default(3))
    .option('--folder <folder>', 'where the files are kept (default: a temporary one)')
    .option('--json', 'print one object')
    .action(async ({ codec, minutes, count, height, rounds, folder, json }) => {
      const wanted = {
        codecs: codec ? [codec] : ALL,
        seconds: minutes.map((each) => each * 60),
        counts: count.map(Math.round),
        height,
        rounds,
        folder: folder ?? join(tmpdir(), 'zoetrope-bench-frames'),
      };
      const about = { ...machine(), ffmpeg: findFfmpeg().version, height };
      const results: FramesResult[] = [];
      for await (const result of benchFrames(wanted, signal)) {
        results.push(result);
        toErr(
          `${result.codec}, ${result.seconds} s, ${result.count} frames, ${result.way}: ${result.wall.toFixed(2)} s`,
        );
      }
      if (json) return jsonOut({ ...about, results });
      toOut(`${Object.values(about).join(', ')} lines high\n\n${framesTable(results)}\n`);
    });

/** The table shows the minimum beside each method: its time relative to the decoding that no method can avoid. */
function framesTable(results: readonly FramesResult[]): string {
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
