// SPDX-License-Identifier: Apache-2.0
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { machine, measureFirstWord, MEASURED, table, type FirstWordResult, type Spread } from '../../bench/src';
import { command } from './define';
import { choices, number } from './options';
import { jsonOut, toErr, toOut } from './terminal';

/** `bench first-word`: how long a question about a clip waits for the first word, for each family of models. */
export const firstWordBenchmark = (signal: AbortSignal) =>
  command('first-word', 'Measures how long a question about frames waits for its first word, for each kind of model.')
    .addOption(choices('--only <names>', 'which models', MEASURED).default(MEASURED, 'all'))
    .addOption(number('--frames <n>', 'frames of the question', { min: 1, max: 64 }).default(16))
    .addOption(number('--threads <n>', 'threads of one operator', { min: 1, max: 256 }).default(availableParallelism()))
    .addOption(number('--rounds <n>', 'rounds of each measurement', { min: 1, max: 100 }).default(3))
    .option('--work <folder>', 'where the models are kept (default: a temporary one)')
    .option('--json', 'print one object')
    .action(async ({ only, work, json, ...counts }) => {
      const results: FirstWordResult[] = [];
      for await (const result of measureFirstWord({
        only,
        ...counts,
        work: work ?? join(tmpdir(), 'zoetrope-bench'),
        command: [join(import.meta.dirname, 'subject.js')],
        peers: join(import.meta.dirname, '../../bench/peers'),
        signal,
        onNote: toErr,
      }))
        results.push(result);
      if (json) return jsonOut({ ...machine(), ...counts, results });
      toOut(`${Object.values(machine()).join(', ')}; ${counts.threads} threads\n\n${resultTable(results)}\n`);
    });

function resultTable(results: readonly FirstWordResult[]): string {
  const seconds = ({ median, from, to }: Spread): string =>
    `${median.toFixed(1)} (${from.toFixed(1)}-${to.toFixed(1)})`;
  const rows = results.map(({ model, program, positions, wall, cpu, peakBytes, ratio }) => [
    model,
    program,
    String(positions),
    seconds(wall),
    seconds(cpu),
    (peakBytes / 1e9).toFixed(2),
    ratio ? `${ratio.wall.toFixed(1)} x` : '',
    ratio ? `${ratio.cpu.toFixed(1)} x` : '',
  ]);
  return table(['model', 'program', 'tokens', 'first word, s', 'CPU s', 'peak GB', 'times as long', 'by CPU'], rows);
}
