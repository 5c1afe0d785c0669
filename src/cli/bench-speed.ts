// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { say } from '../contract';
import { measureSpeed, METRICS, printSpeed, PROGRAMS } from '../../bench/src';
import { command } from './define';
import { choices, number, numbers, usage } from './options';
import { jsonOut, toErr, toOut } from './terminal';

/**
 * `bench speed`: the speed of the model on this machine, compared with the machine's limits and with other programs.
 */
export const speedBenchmark = (signal: AbortSignal) =>
  command('speed', "Measures how fast the model runs here, against the machine's limits and other programs.")
    .addOption(choices('--only <names>', 'what to measure', METRICS).default(METRICS, 'all'))
    .addOption(choices('--against <names>', 'what to compare with', PROGRAMS).default(PROGRAMS, 'all that are there'))
    .addOption(numbers('--context <n,n>', 'lengths of the past or the prompt, in tokens', { min: 1, max: 1_000_000 }))
    .addOption(number('--threads <n>', 'threads of one operator', { min: 1, max: 256 }).default(1))
    .addOption(number('--rounds <n>', 'rounds of each measurement', { min: 1, max: 1000 }).default(5))
    .addOption(number('--tokens <n>', 'tokens written a round', { min: 1, max: 1000 }).default(16))
    .option('--work <folder>', 'where the models are kept (default: a temporary one)')
    .option('--small', 'use a tiny model, to try the benchmark itself')
    .option('--into <page>', 'put the tables into this Markdown page too')
    .option('--json', 'print one object')
    .action(async ({ only, against, context, work, small, into, json, ...counts }) => {
      const page = into === undefined ? undefined : await readPage(into);
      const report = await measureSpeed({
        size: small ? 'small' : 'full',
        work: work ?? join(tmpdir(), 'zoetrope-bench'),
        command: [join(import.meta.dirname, 'subject.js')],
        peers: join(import.meta.dirname, '../../bench/peers'),
        only,
        against,
        contexts: context?.map(Math.round),
        ...counts,
        signal,
        onNote: toErr,
      });
      if (into !== undefined) await writeFile(into, page!.before + printSpeed(report) + page!.after);
      if (json) jsonOut(report);
      else toOut(printSpeed(report));
    });

/** Marks around the tables of a page. */
const [BEGIN, END] = ['<!-- measured -->\n', '<!-- /measured -->'];

/** The parts of a page before and after its tables. @throws bad-request, before time is spent on measuring. */
async function readPage(file: string): Promise<{ before: string; after: string }> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from)
    throw usage(say`--into takes a page with the lines ${BEGIN.trim()} and ${END}; "${file}" is none.`);
  return { before: text.slice(0, from + BEGIN.length), after: text.slice(to) };
}
