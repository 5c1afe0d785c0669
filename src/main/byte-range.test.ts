// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { byteRange } from './byte-range';

it.each([
  [null, 100, undefined],
  ['bytes=0-', 100, { start: 0, end: 99 }],
  ['bytes=10-19', 100, { start: 10, end: 19 }],
  ['bytes=90-500', 100, { start: 90, end: 99 }],
  ['bytes=-10', 100, { start: 90, end: 99 }],
  ['bytes=-500', 100, { start: 0, end: 99 }],
  ['bytes=100-', 100, 'unsatisfiable'],
  ['bytes=-0', 100, 'unsatisfiable'],
  ['bytes=0-', 0, 'unsatisfiable'],
  ['bytes=-', 100, undefined],
  ['bytes=0-1,5-6', 100, undefined], // several ranges: sending the whole file is a valid response
  ['items=0-1', 100, undefined],
])('reads %s of %i bytes', (header, size, expected) => {
  expect(byteRange(header, size)).toEqual(expected);
});
