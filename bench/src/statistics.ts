// SPDX-License-Identifier: Apache-2.0
/** Median and quartiles of measurements, in their own unit. */
export interface Spread {
  median: number;
  /** First and third quartile. */
  from: number;
  to: number;
}

/** @throws RangeError if there are no values. */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('no measurements');
  const sorted = [...values].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), from: quantile(sorted, 0.25), to: quantile(sorted, 0.75) };
}

/** Interpolates linearly, as numpy.quantile does. */
function quantile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  return low + (sorted[Math.ceil(at)]! - low) * (at - Math.floor(at));
}

/** The 95 % Wilson score interval of `right` out of `asked`, as shares from 0 to 1. */
export function wilson(right: number, asked: number): { from: number; to: number } {
  if (asked === 0) return { from: 0, to: 1 };
  const z = 1.959964;
  const p = right / asked;
  const scale = 1 + z ** 2 / asked;
  const middle = (p + z ** 2 / (2 * asked)) / scale;
  const half = (z / scale) * Math.sqrt((p * (1 - p)) / asked + z ** 2 / (4 * asked ** 2));
  return { from: Math.max(0, middle - half), to: Math.min(1, middle + half) };
}
