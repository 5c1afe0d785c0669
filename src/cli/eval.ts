// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError } from '../contract';
import { notThere } from '../engine';
import {
  compareScores,
  isLeftOut,
  PUBLISHED,
  PUBLISHED_MODELS,
  PUBLISHED_SOURCE,
  readPredictions,
  scorePredictions,
  tableOf,
  type LineProblem,
  type Row,
  type Scores,
} from '../runs';
import { command } from './define';
import { oneLine, jsonOut, toErr, toOut } from './terminal';

/** `zoetrope eval score`: the scores of a finished benchmark. */
export const evalScore = (signal: AbortSignal) =>
  command('score', 'Scores answers to LLaVA-Interleave Bench as its published scorer does, digit for digit.')
    .argument('<file>', 'a result.jsonl of the published evaluation, or what "eval interleave" wrote')
    .option('--json', 'print one object: scores from 0 to 1 by data set and by category')
    .action(async (file, { json }) => {
      const scores = await scoresOf(file, signal);
      if (json)
        return jsonOut({
          datasets: Object.fromEntries([...scores.datasets].map(([name, { score }]) => [name, score])),
          categories: Object.fromEntries(scores.categories),
        });
      const rows = tableOf(scores).map((row) => [...cells(row), ...published(row)]);
      toOut(aligned([['', 'score', '95 %', 'samples', ...PUBLISHED_MODELS], ...rows]));
      if (tableOf(scores).some(({ name }) => name in PUBLISHED)) toOut(`\n0.5B, 7B, 14B: ${PUBLISHED_SOURCE}\n`);
    });

/** `zoetrope eval compare`: two runs, sample by sample. */
export const evalCompare = (signal: AbortSignal) =>
  command('compare', 'Says by how much B is better than A, over the samples that both have.')
    .argument('<a>')
    .argument('<b>')
    .option('--json', 'print one object')
    .action(async (a, b, { json }) => {
      const { rows, onlyA, onlyB } = compareScores(await scoresOf(a, signal), await scoresOf(b, signal));
      if (json) return jsonOut({ rows, onlyA, onlyB });
      toOut(aligned([['', 'B less A', '95 %', 'samples'], ...rows.map(cells)]));
      if (onlyA + onlyB > 0) toErr(`Not compared: ${onlyA} samples that only A has, and ${onlyB} that only B has.`);
    });

/** The most problems that are told one by one. */
const MOST_TOLD = 20;

/**
 * Scores a file. Problems are told; the command then ends with 2 if a line was left out.
 * @throws file-missing; bad-request if there is nothing to score.
 */
async function scoresOf(file: string, signal: AbortSignal): Promise<Scores> {
  const problems: LineProblem[] = [];
  let count = 0;
  const tellProblem = (problem: LineProblem): void => {
    if (isLeftOut(problem)) process.exitCode = 2;
    if (++count <= MOST_TOLD) problems.push(problem);
  };
  const scores = await scorePredictions(readPredictions(file, tellProblem, signal)).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  for (const problem of problems) toErr(`${file}, ${inWords(problem)}`);
  if (count > MOST_TOLD) toErr(`${count - MOST_TOLD} more lines of ${file} are like these.`);
  if (scores.datasets.size > 0) return scores;
  throw new ZoetropeError(
    'bad-request',
    say`${file} has no answer that can be scored.`,
    say`It is to hold one JSON object a line, with dataset, sample_id, pred_response, gt_response and question_type.`,
  );
}

function unreadable(file: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return notThere(file);
  if (code === undefined || code === 'ABORT_ERR') return error;
  return new ZoetropeError('file-unreadable', say`"${file}" cannot be opened.`, say`Check its permissions.`, code);
}

function inWords({ line, sample, what, detail }: LineProblem): string {
  const words: Record<LineProblem['what'], string> = {
    cut: 'it ends in the middle; left out',
    'not-json': 'it is not JSON; left out',
    'not-a-prediction': detail === '' ? 'it is no answer; left out' : `${detail} is missing or wrong; left out`,
    failed: `it has no answer: ${detail}`,
    repeated: 'this sample has been scored; left out',
    'not-scored': `its question_type is "${detail}", neither open-ended nor multi-choice; left out`,
    'unknown-dataset': `"${detail}" is not of the benchmark; it is scored, and belongs to no category`,
  };
  return `line ${line}${sample === null ? '' : ` (${sample})`}: ${words[what]}`;
}

const percent = (share: number): string => (100 * share).toFixed(2);

function cells({ kind, name, score, interval, samples }: Row): string[] {
  return [
    `${kind === 'dataset' ? '  ' : ''}${oneLine(name)}`,
    score === null ? '-' : percent(score),
    interval ? `${percent(interval.low)} to ${percent(interval.high)}` : '',
    String(samples),
  ];
}

const published = ({ name }: Row): string[] => (PUBLISHED[name] ?? []).map((score) => score.toFixed(1));

/** Columns as wide as their widest cell; the first is flush left, all others flush right. */
export function aligned(rows: readonly string[][]): string {
  const widths = rows[0]!.map((_, k) => Math.max(...rows.map((row) => row[k]?.length ?? 0)));
  return rows
    .map((row) => row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!))).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}
