// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { jumped } from './jump';

const tenths = { jump: 0.1, min: 0, max: 5 };

it('goes from multiple to multiple, and from between two of them to the next', () => {
  expect(jumped(0.31, 1, tenths)).toBe(0.4);
  expect(jumped(0.29, -1, tenths)).toBe(0.2);
  expect(jumped(0.26, 1, tenths)).toBe(0.3);
  expect(jumped(0.24, -1, tenths)).toBe(0.2);
  expect(jumped(0.3, 1, tenths)).toBe(0.3); // from 0.29
});

it('ends at the ends', () => {
  expect(jumped(4.99, 1, tenths)).toBe(5);
  expect(jumped(0.06, -1, { jump: 0.05, min: 0.07, max: 1 })).toBe(0.07);
});
