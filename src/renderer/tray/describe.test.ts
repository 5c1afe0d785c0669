// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { countKinds, formatDirection } from './describe';

it('writes a direction', () => {
  expect(formatDirection(45.2, 19.8)).toBe('45° ↑20°');
  expect(formatDirection(359.7, -5)).toBe('0° ↓5°');
});

it('counts kinds', () => {
  expect(countKinds([])).toEqual({ frame: 0, view: 0, photo: 0 });
});
