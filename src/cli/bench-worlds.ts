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
import { readArguments } from './arguments';
import { bundledModel, onTerminal, tell, withEngine } from './session';
import { jsonOut, toOut } from './terminal';

const OPTIONS = {
  family: { type: 'string', multiple: true },
  world: { type: 'string', multiple: true },
  n: { type: 'string' },
  set: { type: 'string' },
  model: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** `bench worlds`: the bundled model's own held-out questions, asked through the app's engine, with controls. */
export async function worldsBenchmark(argv: string[], signal: AbortSignal): Promise<void> {
  const args = readArguments(argv, OPTIONS);
  const folder = args.text('set') ?? join(import.meta.dirname, '../../bench/data/worlds');
  const families = args.ordered(['family']).map(({ value }) => value);
  const worlds = args.ordered(['world']).map(({ value }) => value);
  const samples = chosen(
    await readHeldOut(folder),
    families,
    worlds,
    args.number('n', { min: 1, max: 1_000_000 }) ?? Infinity,
  );
  await withEngine(async (engine) => {
    const model = args.text('model');
    const info = await engine.load(model ?? bundledModel(), { bundled: model === undefined, signal, onProgress: tell });
    const rows = await askWorlds(engine, folder, samples, { signal, onProgress: show });
    const { name, fingerprint, precision } = info;
    if (args.flag('json')) jsonOut({ model: { name, fingerprint, precision }, rows });
    else toOut(`${name}, ${precision}, ${fingerprint.slice(0, 12)}\n\n${table(HEAD, rows.map(cells))}\n`);
  });
}

/** At most `n` samples of each world and split, and of these only the questions of the families asked for. */
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

/** One line of a terminal that says how far it is. */
function show(done: number, total: number): void {
  if (onTerminal) process.stderr.write(`\r\x1b[K${done < total ? `sample ${done + 1} of ${total}` : ''}`);
}
