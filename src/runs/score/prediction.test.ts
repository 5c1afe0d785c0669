// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scorePredictions, type Scores } from './interleave';
import { readPredictions, type LineProblem } from './prediction';
import { compareScores, tableOf } from './table';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'zoetrope-score-'))));
afterAll(() => rm(folder, { recursive: true }));

const line = (id: number, said: string, more: object = {}): string =>
  JSON.stringify({
    dataset: 'QBench',
    sample_id: id,
    pred_response: said,
    gt_response: 'A',
    question_type: 'multi-choice',
    ...more,
  });

async function scoresOf(lines: string): Promise<{ scores: Scores; problems: LineProblem[] }> {
  const file = join(folder, 'result.jsonl');
  await writeFile(file, lines);
  const problems: LineProblem[] = [];
  const scores = await scorePredictions(readPredictions(file, (problem) => problems.push(problem)));
  return { scores, problems };
}

it('names what cannot be scored by line and sample, and scores the rest', async () => {
  const { scores, problems } = await scoresOf(
    [
      '\ufeff' + line(1, 'A'),
      'not JSON',
      '',
      line(1, 'B'), // its sample has been scored
      line(1, 'B', { prompt: 'another question about it' }),
      line(2, 'A', { gt_response: undefined }),
      line(3, 'A', { question_type: 'essay' }),
      '[]',
      line(4, '\u2028A'), // JSON may hold it as it is
      JSON.stringify({ format: 'zoetrope-run', version: 1 }),
      JSON.stringify({
        id: 'x',
        labels: { dataset: 'QBench', sample_id: 5, gt_response: 'A', question_type: 'multi-choice' },
        answer: 'A',
      }),
      JSON.stringify({ id: 'y', labels: { dataset: 'QBench', sample_id: 6 }, error: { message: 'It is not there.' } }),
      line(1, 'A', { dataset: 'mine' }),
      line(7, 'A').slice(0, 40),
    ].join('\n'),
  );
  expect(scores.datasets.get('QBench')!.samples).toEqual([
    { id: '1', score: 1 },
    { id: '1 (2)', score: 0 },
    { id: '4', score: 1 },
    { id: '5', score: 1 },
  ]);
  expect(problems.map(({ line, what, sample, detail }) => [line, what, sample, detail])).toEqual([
    [2, 'not-json', null, ''],
    [4, 'repeated', 'QBench 1', ''],
    [6, 'not-a-prediction', 'QBench 2', 'gt_response'],
    [7, 'not-scored', 'QBench 3', 'essay'],
    [8, 'not-a-prediction', null, ''],
    [12, 'failed', 'QBench 6', 'It is not there.'],
    [13, 'unknown-dataset', 'mine 1', 'mine'],
    [14, 'cut', null, ''],
  ]);
});

it('gives intervals that hold the score, narrower for the difference of paired runs than for a score', async () => {
  const right = (id: number) => id % 2 === 0; // half of the samples
  const run = (wrong: number) =>
    Array.from({ length: 400 }, (_, id) => line(id, right(id) && id >= wrong ? 'A' : 'B')).join('\n');
  const { scores: a } = await scoresOf(run(0));
  const { scores: b } = await scoresOf(run(40));
  const [category, dataset] = tableOf(a);
  expect(category).toMatchObject({ kind: 'category', name: 'qbench', score: 0.5, samples: 400 });
  // The interval of the normal approximation: 1.96 standard errors on both sides.
  const error = 1.96 * Math.sqrt(0.25 / 400);
  expect(dataset!.interval!.low).toBeCloseTo(0.5 - error, 1.5);
  expect(dataset!.interval!.high).toBeCloseTo(0.5 + error, 1.5);
  expect(tableOf(a)).toEqual(tableOf(a));
  const { rows, onlyA, onlyB } = compareScores(a, b);
  expect(rows.at(-1)).toMatchObject({ name: 'QBench', score: -0.05, samples: 400 });
  const { low, high } = rows.at(-1)!.interval!;
  expect(low).toBeLessThan(-0.05);
  expect(high).toBeLessThan(0);
  expect(high - low).toBeLessThan(error);
  expect([onlyA, onlyB]).toEqual([0, 0]);
});
