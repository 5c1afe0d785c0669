// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import type { Item, VideoRange } from '../../contract';
import { drawn, labelled, marked, movedEdge, outside, rangeAt } from './ranges';

import fc from 'fast-check';

const DURATION = 60;
const part = (id: string, start: number, end: number, label = '', chosen = true): VideoRange => ({
  id,
  start,
  end,
  label,
  chosen,
});
const times = (ranges: readonly VideoRange[]) => ranges.map(({ start, end }) => [start, end]);
const mark = (ranges: readonly VideoRange[], edge: 'in' | 'out', time: number, id = 'n') =>
  marked(ranges, edge, time, DURATION, id)?.ranges ?? ranges;

it('I and O make a part, and inside it move its ends', () => {
  const opened = mark([], 'in', 10, 'a');
  expect(times(opened)).toEqual([[10, 60]]);
  const closed = mark(opened, 'out', 20);
  expect(times(closed)).toEqual([[10, 20]]);
  expect(times(mark(closed, 'in', 12))).toEqual([[12, 20]]);
  const second = mark(mark(closed, 'in', 20, 'b'), 'out', 25);
  expect(times(second)).toEqual([
    [10, 20],
    [20, 25],
  ]);
  expect(times(mark(second, 'out', 5, 'c'))).toEqual([
    [0, 5],
    [10, 20],
    [20, 25],
  ]);
  expect(times(mark(second, 'in', 2, 'c'))).toEqual([
    [2, 10],
    [10, 20],
    [20, 25],
  ]);
  expect(marked([], 'in', 60, DURATION, 'x')).toBeNull();
});

it('an end stops at its neighbours and at the other end', () => {
  const two = [part('a', 10, 20), part('b', 30, 40)];
  expect(times(movedEdge(two, 'a', 'end', 35, DURATION))).toEqual([
    [10, 30],
    [30, 40],
  ]);
  expect(times(movedEdge(two, 'b', 'start', 5, DURATION))).toEqual([
    [10, 20],
    [20, 40],
  ]);
  expect(movedEdge(two, 'a', 'end', 3, DURATION)[0]!.end).toBeCloseTo(10.02);
  expect(times(movedEdge(two, 'b', 'end', 99, DURATION))).toEqual([
    [10, 20],
    [30, 60],
  ]);
});

it('keeps order and never overlaps, whatever is done', () => {
  const moment = fc.double({ min: 0, max: DURATION, noNaN: true });
  const act = fc.record({ what: fc.constantFrom('in', 'out', 'start', 'end', 'draw'), at: moment, to: moment });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      let ranges: readonly VideoRange[] = [];
      acts.forEach(({ what, at, to }, k) => {
        if (what === 'in' || what === 'out') ranges = mark(ranges, what, at, `s${k}`);
        else if (what === 'draw') ranges = drawn(ranges, at, to, DURATION, `s${k}`) ?? ranges;
        else {
          const target = rangeAt(ranges, at);
          if (target) ranges = movedEdge(ranges, target.id, what, to, DURATION);
        }
        ranges.forEach(({ start, end }, i) => {
          expect(end).toBeGreaterThan(start);
          expect(start).toBeGreaterThanOrEqual(ranges[i - 1]?.end ?? 0);
          expect(end).toBeLessThanOrEqual(DURATION);
        });
      });
    }),
  );
});

it('dims what lies outside the chosen ranges', () => {
  expect(outside([part('a', 10, 20), part('b', 20, 30, '', false), part('c', 40, 60)], DURATION)).toEqual([
    { start: 0, end: 10 },
    { start: 20, end: 40 },
  ]);
  expect(outside([part('a', 10, 20, '', false)], DURATION)).toEqual([]);
});

it('names frames after the part they lie in, and takes the name away again', () => {
  const picture = { sha256: '0'.repeat(64), width: 4, height: 3 };
  const frame = (id: string, time: number): Item => ({
    id,
    picture,
    origin: { kind: 'frame', source: { id: 'v', name: 'v' }, index: 0, pts: time, time, keyframe: false },
  });
  const tray = [frame('a', 9.97), frame('b', 15), frame('c', 25)];
  const labels = (items: Item[]) => items.map(({ origin }) => (origin.kind === 'frame' ? origin.label : null));
  const now = labelled(tray, 'v', [part('p', 10, 20, 'Kick-off')], 0.04);
  expect(labels(now)).toEqual(['Kick-off', 'Kick-off', undefined]); // the frame on screen at 10 s starts at 9.97 s
  expect(labelled(now, 'v', [], 0.04)).toEqual(tray);
  expect(labelled(tray, 'w', [part('p', 10, 20, 'Kick-off')], 0.04)).toBe(tray);
});
