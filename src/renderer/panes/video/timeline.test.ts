// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import type { Item } from '../../../contract';
import { marksOf, nearest, placeOf, rulerTimes } from './timeline';

const picture = { sha256: '0'.repeat(64), width: 4, height: 3 };
const frame = (id: string, source: string, time: number): Item => ({
  id,
  picture,
  origin: { kind: 'frame', source: { id: source, name: source }, index: 0, pts: time, time, keyframe: false },
});

it('marks the frames of its own video by what the model counts them by', () => {
  const photo: Item = { id: 'p', picture, origin: { kind: 'photo', source: { id: 'x', name: 'x' } } };
  expect(
    marksOf(
      [photo, frame('a', 'v', 1), frame('b', 'w', 2), frame('c', 'v', 3)],
      new Map([
        ['a', 2],
        ['b', 3],
        ['c', 17],
      ]),
      'v',
    ),
  ).toEqual([
    { id: 'a', number: 2, time: 1 },
    { id: 'c', number: 17, time: 3 },
  ]);
});

it('places times on the line and keeps them on it', () => {
  expect([placeOf(2, 8), placeOf(9, 8), placeOf(-1, 8), placeOf(1, 0)]).toEqual([0.25, 1, 0, 0]);
});

it('rules with round times that have room', () => {
  expect(rulerTimes(8, 800)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(rulerTimes(8, 200)).toEqual([0, 5]);
  expect(rulerTimes(3600, 800)).toEqual([0, 600, 1200, 1800, 2400, 3000, 3600]);
  expect(rulerTimes(0, 800)).toEqual([]);
});

it('finds the nearest', () => {
  expect(nearest([{ time: 1 }, { time: 4 }], 2)?.time).toBe(1);
  expect(nearest([], 2)).toBeNull();
});
