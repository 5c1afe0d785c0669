// SPDX-License-Identifier: Apache-2.0
import { bootstrap, intervalOf, together, type Interval } from './bootstrap';
import { AVERAGES, CATEGORIES } from './datasets';
import { averagesOf, categoriesOf, meanScore, type Scores } from './interleave';

/** A row of a table of scores. Scores are 0 to 1; of differences, -1 to 1. */
export interface Row {
  kind: 'average' | 'category' | 'dataset';
  name: string;
  /** Null if nothing counts. */
  score: number | null;
  interval: Interval | null;
  /** Samples that count. */
  samples: number;
}

/** A mean over samples of each data set, by its name. */
type SamplesOf = ReadonlyMap<string, readonly number[]>;

/** The scores as a table: averages, categories and data sets, each with its interval. @param seed of the intervals. */
export function tableOf({ datasets }: Scores, seed = 0): Row[] {
  return rows(new Map([...datasets].map(([name, { samples }]) => [name, samples.map(({ score }) => score)])), seed);
}

/** How far two runs of the same samples are apart. */
export interface Comparison {
  /** B less A, over the samples of both. */
  rows: Row[];
  /** Samples of one run that the other has not, or whose truth is empty. */
  onlyA: number;
  onlyB: number;
}

/**
 * Compares two runs sample by sample. The intervals are of the differences, which are smaller than those of the scores,
 * because a sample that is hard for one is often hard for the other.
 */
export function compareScores(a: Scores, b: Scores, seed = 0): Comparison {
  const differences = new Map<string, number[]>();
  let both = 0;
  for (const [name, { samples }] of a.datasets) {
    const others = new Map(b.datasets.get(name)?.samples.map(({ id, score }) => [id, score]));
    const found = samples.flatMap(({ id, score }) => (others.has(id) ? [others.get(id)! - score] : []));
    both += found.length;
    if (found.length > 0) differences.set(name, found);
  }
  return { rows: rows(differences, seed), onlyA: count(a) - both, onlyB: count(b) - both };
}

const count = ({ datasets }: Scores): number =>
  [...datasets.values()].reduce((sum, { samples }) => sum + samples.length, 0);

function rows(samples: SamplesOf, seed: number): Row[] {
  const scores = new Map([...samples].map(([name, numbers]) => [name, meanScore(numbers)]));
  const names = [...samples.keys()].sort();
  // Draws depend on the name and not on the order of the file.
  const draws = new Map(names.map((name, k) => [name, bootstrap(samples.get(name)!, seed + k)]));
  const amount = (members: readonly string[]): number =>
    members.reduce((sum, name) => sum + (samples.get(name)?.length ?? 0), 0);
  const row = (kind: Row['kind'], name: string, score: number | null, members: string[], drawn: Float64Array): Row => ({
    kind,
    name,
    score,
    interval: score === null ? null : intervalOf(drawn),
    samples: amount(members),
  });
  const inCategory = (name: string): string[] => names.filter((member) => CATEGORIES[name]?.includes(member));
  const categories = categoriesOf(scores);
  for (const name of categories.keys()) draws.set(name, together(inCategory(name).map((member) => draws.get(member)!)));
  const averages = averagesOf(new Map([...scores, ...categories]));
  return [
    ...[...averages].map(([name, score]) => {
      const members = AVERAGES[name]!;
      const sets = members.flatMap((member) => (CATEGORIES[member] ? inCategory(member) : [member]));
      return row('average', name, score, sets, together(members.map((member) => draws.get(member)!)));
    }),
    ...[...categories].map(([name, score]) => row('category', name, score, inCategory(name), draws.get(name)!)),
    ...names.map((name) => row('dataset', name, scores.get(name)!, [name], draws.get(name)!)),
  ];
}
