// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import {
  askWorlds,
  COLUMNS,
  isSeen,
  readHeldOut,
  table,
  wilson,
  type Count,
  type HeldOutSample,
  type WorldRow,
} from '../../bench/src';
import { command } from './define';
import { number, repeated } from './options';
import { bundledModel, onTerminal, tell, withEngine } from './session';
import { jsonOut, toOut } from './terminal';

/** `bench worlds`: asks the bundled model's held-out questions through the app's engine, with control questions. */
export const worldsBenchmark = (signal: AbortSignal) =>
  command('worlds', "Asks the held-out questions of the bundled model's worlds, with controls.")
    .addOption(repeated('--world <name>', 'only this world', String))
    .addOption(repeated('--family <name>', 'only questions of this family', String))
    .addOption(number('--n <n>', 'samples of each world (default: all)', { min: 1, max: 1_000_000 }))
    .option('--set <folder>', 'another folder of such questions')
    .option('--model <folder>', 'a model folder (default: the bundled one)')
    .option('--json', 'print one object: the counts')
    .action(async ({ world = [], family = [], n = Infinity, set, model, json }) => {
      const folder = set ?? join(import.meta.dirname, '../../bench/data/worlds');
      const samples = chosen(await readHeldOut(folder), family, world, n);
      await withEngine(async (engine) => {
        const bundled = model === undefined;
        const info = await engine.load(model ?? bundledModel(), { bundled, signal, onProgress: tell });
        const rows = await askWorlds(engine, folder, samples, { signal, onProgress: show });
        const { name, fingerprint, precision } = info;
        if (json) jsonOut({ model: { name, fingerprint, precision }, rows });
        else toOut(`${name}, ${precision}, ${fingerprint.slice(0, 12)}\n\n${table(HEAD, rows.map(cells))}\n`);
      });
    });

/** At most `n` samples of each world and split, with only the questions of the requested families. */
function chosen(
  all: readonly HeldOutSample[],
  families: readonly string[],
  worlds: readonly string[],
  n: number,
): HeldOutSample[] {
  const taken = new Map<string, number>();
  return all
    .filter(({ world }) => worlds.length === 0 || worlds.includes(world))
    .map((sample) => ({
      ...sample,
      questions: sample.questions.filter(({ family }) => families.length === 0 || families.includes(family)),
    }))
    .filter(({ world, split, questions }) => {
      const key = `${world}/${split}`;
      const count = taken.get(key) ?? 0;
      if (questions.length === 0 || count >= n) return false;
      taken.set(key, count + 1);
      return true;
    });
}

const HEAD = ['world', 'family', 'asked', 'right', '95 %', 'sees', ...COLUMNS.slice(1)];

function cells(row: WorldRow): string[] {
  const percent = (count: Count | undefined): string =>
    count ? `${Math.round((100 * count.right) / count.asked)}` : '';
  const { right } = row.counts;
  const { from, to } = wilson(right?.right ?? 0, right?.asked ?? 0);
  const interval = right ? `${Math.round(100 * from)} to ${Math.round(100 * to)}` : '';
  return [
    row.world,
    row.family,
    `${right?.asked ?? 0}`,
    percent(right),
    interval,
    isSeen(row) ? 'yes' : '',
    ...COLUMNS.slice(1).map((column) => percent(row.counts[column])),
  ];
}

/** Shows progress on one line of a terminal. */
function show(done: number, total: number): void {
  if (onTerminal) process.stderr.write(`\r\x1b[K${done < total ? `sample ${done + 1} of ${total}` : ''}`);
}
