// SPDX-License-Identifier: Apache-2.0
import { seededRandom } from '../../contract';

/** The range in which a score lies in 95 of 100 repetitions with other samples of the same kind. */
export interface Interval {
  low: number;
  high: number;
}

/** How often samples are drawn anew. */
export const DRAWS = 1000;

/**
 * The means of `DRAWS` samples that are drawn with replacement from these numbers (the bootstrap). Equal numbers and
 * seeds give equal draws. All NaN for no numbers.
 */
export function bootstrap(numbers: readonly number[], seed: number): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length: DRAWS }, () => {
    let sum = 0;
    for (let k = 0; k < numbers.length; k++) sum += numbers[Math.floor(random() * numbers.length)]!;
    return sum / numbers.length;
  });
}

/** The draws of the mean of several independent means. */
export const together = (all: readonly Float64Array[]): Float64Array =>
  Float64Array.from({ length: DRAWS }, (_, k) => all.reduce((sum, draws) => sum + draws[k]!, 0) / all.length);

/** The middle 95 % of the draws. */
export function intervalOf(draws: Float64Array): Interval {
  const sorted = draws.toSorted();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!;
  return { low: at(0.025), high: at(0.975) };
}
