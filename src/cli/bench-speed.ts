import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { say } from '../contract';
import { measureSpeed, METRICS, printSpeed, PROGRAMS } from '../../bench/src';
import { readArguments, usage } from './arguments';
import { jsonOut, toErr, toOut } from './terminal';

/** `bench speed`: how fast the model runs here, against the machine's limits and other programs. */
export async function speedBenchmark(argv: string[], signal: AbortSignal): Promise<void> {
  const args = readArguments(argv, {
    only: { type: 'string' },
    against: { type: 'string' },
    context: { type: 'string' },
    threads: { type: 'string' },
    rounds: { type: 'string' },
    tokens: { type: 'string' },
    work: { type: 'string' },
    small: { type: 'boolean' },
    into: { type: 'string' },
    json: { type: 'boolean' },
  });
  const into = args.text('into');
  const page = into === undefined ? undefined : await readPage(into);
  if (args.positionals.length > 0) throw usage(say`"${args.positionals[0]!}" is no option of bench speed.`);
  const report = await measureSpeed({
    size: args.flag('small') ? 'small' : 'full',
    work: args.text('work') ?? join(tmpdir(), 'zoetrope-bench'),
    command: [join(import.meta.dirname, 'subject.js')],
    peers: join(import.meta.dirname, '../../bench/peers'),
    only: some('only', METRICS, args.text('only')),
    against: some('against', PROGRAMS, args.text('against')),
    contexts: lengths(args.text('context')),
    threads: args.number('threads', { min: 1, max: 256 }) ?? 1,
    rounds: args.number('rounds', { min: 1, max: 1000 }) ?? 5,
    tokens: args.number('tokens', { min: 1, max: 1000 }) ?? 16,
    signal,
    onNote: toErr,
  });
  if (into !== undefined) await writeFile(into, page!.before + printSpeed(report) + page!.after);
  if (args.flag('json')) jsonOut(report);
  else toOut(printSpeed(report));
}

/** Where the tables stand in a page. */
const [BEGIN, END] = ['<!-- measured -->\n', '<!-- /measured -->'];

/** What stands before and after the tables of a page. @throws bad-request, before an hour is spent on them. */
async function readPage(file: string): Promise<{ before: string; after: string }> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from)
    throw usage(say`--into takes a page with the lines ${BEGIN.trim()} and ${END}; "${file}" is none.`);
  return { before: text.slice(0, from + BEGIN.length), after: text.slice(to) };
}

/** The named ones, or all. */
function some<T extends string>(option: string, known: readonly T[], text: string | undefined): readonly T[] {
  if (text === undefined) return known;
  return text.split(',').map((name) => {
    const found = known.find((one) => one === name);
    if (found === undefined) throw usage(say`--${option} takes ${known.join(', ')}; not "${name}".`);
    return found;
  });
}

function lengths(text: string | undefined): number[] | undefined {
  return text?.split(',').map((part) => {
    const length = Number(part);
    if (!Number.isInteger(length) || length < 1)
      throw usage(say`--context takes whole numbers, such as 512,2048; not "${part}".`);
    return length;
  });
}
