// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { tabStop } from './range-stops';

const ranges = [
  { id: 'a', start: 10, end: 20 },
  { id: 'b', start: 30, end: 40 },
];

it('stops at what had the focus last, then at the current part, then at the first', () => {
  const whole = { start: 0, end: 40 };
  expect(tabStop(ranges, whole, ['a end', 'b'])).toBe('a end');
  expect(tabStop(ranges, whole, ['gone', 'b'])).toBe('b');
  expect(tabStop(ranges, whole, [null, null])).toBe('a');
});

it('never stops at what is out of view, and always at something that is in view', () => {
  expect(tabStop(ranges, { start: 25, end: 35 }, [null, null])).toBe('b');
  expect(tabStop(ranges, { start: 25, end: 35 }, ['a', 'a'])).toBe('b');
  expect(tabStop(ranges, { start: 25, end: 35 }, ['b end', 'a'])).toBe('b');
  expect(tabStop(ranges, { start: 25, end: 35 }, ['b start', 'a'])).toBe('b start');
  expect(tabStop(ranges, { start: 22, end: 28 }, ['a', 'b'])).toBeUndefined();
});
