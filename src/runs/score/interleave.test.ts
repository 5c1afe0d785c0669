// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { scoreOf, scorePredictions } from './interleave';
import { mean } from './mean';
import type { Prediction } from './prediction';

const golden = gunzipSync(readFileSync(join(import.meta.dirname, 'golden/scores.jsonl.gz'))).toString();
const lines = golden
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Record<string, unknown>);
const totals = lines.pop() as Record<'datasets' | 'categories', Record<string, number>>;
const predictions = lines.map((line) => ({
  dataset: line.dataset,
  id: String(line.sample_id),
  prediction: line.pred_response,
  truth: line.gt_response,
  type: line.question_type,
})) as Prediction[];

it('scores every prediction as the published scorer does', () => {
  expect(predictions.length).toBeGreaterThan(2000);
  const different = predictions.flatMap((prediction, k) => {
    const score = scoreOf(prediction, prediction.type);
    return Object.is(score, lines[k]!.score) ? [] : [{ ...lines[k], ours: score }];
  });
  expect(different).toEqual([]);
});

it('scores data sets and categories as the published scorer does, digit for digit', async () => {
  const { datasets, categories } = await scorePredictions(predictions);
  expect(Object.fromEntries([...datasets].map(([name, { score }]) => [name, score]))).toEqual(totals.datasets);
  expect(Object.fromEntries(categories)).toEqual(totals.categories);
});

it('takes an answer of nothing but full stops, which ends the published scorer, for an empty one', () => {
  const stops = '.'.repeat(40);
  expect(scoreOf({ prediction: stops, truth: 'a cube' }, 'open-ended')).toBe(0);
  expect(scoreOf({ prediction: 'a cube', truth: stops }, 'open-ended')).toBeNull();
});

it('has no score where nothing counts', async () => {
  const empty = { dataset: 'VIST', id: '1', prediction: 'a', truth: '?', type: 'open-ended' } as const;
  const { datasets, categories } = await scorePredictions([empty]);
  expect(datasets.get('VIST')!.score).toBeNull();
  expect(categories.get('visual_story_telling')).toBeNull();
  expect(mean([])).toBeNaN();
});
