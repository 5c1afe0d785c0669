// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { compareCoverage } from './views';

test('shares of what can be seen, worked out by hand', () => {
  // Four places see ten cells of equal value; the spaced view also sees one that none of them does.
  const seen = [[0, 1, 2, 3], [4, 5, 6], [7, 8], [9]];
  const worth = Array.from({ length: 11 }, (_, k): [number, number] => [k, 1]);
  const result = compareCoverage({ seen, spaced: [[0, 1, 10]], worth }, 2);
  expect(result.places).toBe(4);
  expect(result.greedy).toBeCloseTo(0.7);
  expect(result.views).toBe(2);
  expect(result.spaced).toBeCloseTo(0.2);
  // Two of four places show between 3 and 7 of the ten.
  expect(result.random.from).toBeGreaterThanOrEqual(0.3);
  expect(result.random.to).toBeLessThanOrEqual(0.7);
});

test('what is worth more counts for more, and all places show everything', () => {
  const result = compareCoverage(
    {
      seen: [[0], [1]],
      spaced: [],
      worth: [
        [0, 9],
        [1, 1],
      ],
    },
    1,
  );
  expect(result.greedy).toBeCloseTo(0.9);
  expect(
    compareCoverage(
      {
        seen: [[0], [1]],
        spaced: [],
        worth: [
          [0, 9],
          [1, 1],
        ],
      },
      2,
    ).random.median,
  ).toBe(1);
});
