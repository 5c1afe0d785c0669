// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { spread, wilson } from './statistics';

test('median and quartiles lie where numpy puts them', () => {
  expect(spread([4, 1, 3, 2])).toEqual({ median: 2.5, from: 1.75, to: 3.25 });
  expect(spread([7])).toEqual({ median: 7, from: 7, to: 7 });
  expect(() => spread([])).toThrow(RangeError);
});

test('the Wilson interval, worked out by hand', () => {
  expect(wilson(85, 100).from).toBeCloseTo(0.76716, 4);
  expect(wilson(85, 100).to).toBeCloseTo(0.90694, 4);
  expect(wilson(0, 20).from).toBe(0);
  expect(wilson(0, 20).to).toBeCloseTo(0.16113, 4);
});
