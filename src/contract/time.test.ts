// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatTime, readTime } from './time';

const at = { now: 100, duration: 7200, frameTime: (index: number) => (index < 50 ? index / 25 : undefined) };

it.each([
  ['83', 83],
  ['83.5', 83.5],
  ['1,5', 1.5],
  ['.5', 0.5],
  ['1:23', 83],
  ['1:23.4', 83.4],
  ['01:02:03.25', 3723.25],
  ['1：02', 62],
  ['90s', 90],
  ['2m', 120],
  ['2min 5', 125],
  ['1h2m3s', 3723],
  ['50%', 3600],
  ['#26', 1],
  ['+5', 105],
  ['-0:10', 90],
  ['− 1m', 40],
  ['-500', 0],
  ['9:00:00', 7200],
])('reads %s', (text, seconds) => expect(readTime(text, at)).toBe(seconds));

it.each(['', '+', 'abc', '1:99', '1:2:3:4', '#', '#51', '#0', '%', '1e3', '5x', '--5', '1:-2', 'NaN'])(
  'does not take "%s" for a time',
  (text) => expect(readTime(text, at)).toBeNull(),
);

it('reads every time that is shown', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 71_999 }), (tenths) => {
      expect(readTime(formatTime(tenths / 10), at)).toBeCloseTo(tenths / 10, 6);
    }),
  );
});
