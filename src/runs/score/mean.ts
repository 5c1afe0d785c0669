// SPDX-License-Identifier: Apache-2.0
/**
 * The mean as numpy computes it, to the last bit: numbers are added in pairs of halves, and short stretches in eight
 * sums side by side. Adding them one after the other gives other last digits. NaN for no numbers.
 */
export const mean = (numbers: readonly number[]): number => pairwiseSum(numbers, 0, numbers.length) / numbers.length;

/** Numbers that numpy adds without halving them again. */
const BLOCK = 128;

function pairwiseSum(numbers: readonly number[], from: number, count: number): number {
  const at = (k: number): number => numbers[from + k]!;
  if (count > BLOCK) {
    const half = Math.floor(count / 2);
    const first = half - (half % 8);
    return pairwiseSum(numbers, from, first) + pairwiseSum(numbers, from + first, count - first);
  }
  let sum = 0;
  let k = 0;
  if (count >= 8) {
    const sums = [at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)] as const;
    const side: number[] = [...sums];
    for (k = 8; k < count - (count % 8); k += 8) for (let s = 0; s < 8; s++) side[s] = side[s]! + at(k + s);
    const [a, b, c, d, e, f, g, h] = side as [number, number, number, number, number, number, number, number];
    sum = a + b + (c + d) + (e + f + (g + h));
  }
  for (; k < count; k++) sum += at(k);
  return sum;
}
