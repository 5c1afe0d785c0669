// SPDX-License-Identifier: Apache-2.0
import { AVERAGES, CATEGORIES } from './datasets';
import { mean } from './mean';
import type { Prediction } from './prediction';
import { rougeL } from './rouge';
import { isRightChoice, normalized } from './rules';

/** The longest prediction that is compared by ROUGE-L, in characters (code points). */
const LONGEST = 512;

/**
 * The score of one prediction, 0 to 1. Null if the truth is empty: then it does not count. The published scorer ends
 * with an error where an answer is nothing but full stops; here that is an empty answer.
 * @param type that of the data set, which is that of its first line.
 */
export function scoreOf(
  { prediction, truth }: Pick<Prediction, 'prediction' | 'truth'>,
  type: Prediction['type'],
): number | null {
  if (type === 'multi-choice') return isRightChoice(prediction, truth) ? 1 : 0;
  const wanted = normalized(truth);
  if (/^\.*$/.test(wanted)) return null;
  return rougeL([...normalized(prediction)].slice(0, LONGEST).join(''), wanted) ?? 0;
}

/** A data set with the score of each prediction that counts, in the order of the file. */
export interface ScoredDataset {
  type: Prediction['type'];
  /** Null if no prediction counts. */
  score: number | null;
  samples: { id: string; score: number }[];
}

export interface Scores {
  datasets: Map<string, ScoredDataset>;
  /** The mean of its data sets, each of which weighs the same. Null if one has no score. */
  categories: Map<string, number | null>;
}

/**
 * Scores predictions as the published scorer does, digit for digit. Their order is that of the sums. Of each only the
 * score is kept.
 */
export async function scorePredictions(predictions: Iterable<Prediction> | AsyncIterable<Prediction>): Promise<Scores> {
  const datasets = new Map<string, ScoredDataset>();
  for await (const prediction of predictions) {
    const { dataset, id } = prediction;
    const scored = datasets.get(dataset) ?? { type: prediction.type, score: null, samples: [] };
    datasets.set(dataset, scored);
    const score = scoreOf(prediction, scored.type);
    if (score !== null) scored.samples.push({ id, score });
  }
  for (const scored of datasets.values()) scored.score = meanScore(scored.samples.map(({ score }) => score));
  return { datasets, categories: categoriesOf(new Map([...datasets].map(([name, { score }]) => [name, score]))) };
}

/** The mean of scores; null without any. */
export const meanScore = (scores: readonly number[]): number | null => (scores.length === 0 ? null : mean(scores));

/** The score of each category that has a data set. `scores` are in the order of the file. */
export function categoriesOf(scores: ReadonlyMap<string, number | null>): Map<string, number | null> {
  const categories = new Map<string, number | null>();
  for (const [category, members] of Object.entries(CATEGORIES)) {
    const found = [...scores].filter(([name]) => members.includes(name)).map(([, score]) => score);
    if (found.length === 0) continue;
    categories.set(
      category,
      found.includes(null) ? null : found.reduce<number>((sum, score) => sum + score!, 0) / found.length,
    );
  }
  return categories;
}

/** The paper's averages, each only if all that it is the mean of have a score. */
export function averagesOf(scores: ReadonlyMap<string, number | null>): Map<string, number> {
  return new Map(
    Object.entries(AVERAGES).flatMap(([name, members]) => {
      const found = members.flatMap((member) => scores.get(member) ?? []);
      return found.length === members.length ? [[name, found.reduce((a, b) => a + b) / found.length] as const] : [];
    }),
  );
}
