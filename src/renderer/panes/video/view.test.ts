// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rulerTimes } from './timeline';
import { columnsOf, followView, isWhole, panView, placeIn, timeIn, wholeView, zoomView, type View } from './view';

it('keeps the moment under the pointer where it is, and stays on the video', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 40_000, noNaN: true }),
      fc.array(fc.tuple(fc.double({ min: 0.2, max: 5, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), {
        maxLength: 12,
      }),
      (duration, steps) => {
        let view: View = wholeView(duration);
        for (const [factor, place] of steps) {
          const about = timeIn(view, place);
          const next = zoomView(view, duration, factor, about);
          expect(next.start).toBeGreaterThanOrEqual(0);
          expect(next.end).toBeLessThanOrEqual(duration + 1e-6);
          const free = next.start > 1e-6 && next.end < duration - 1e-6;
          if (free) expect(placeIn(next, about)).toBeCloseTo(place, 4);
          view = next;
        }
        expect(isWhole(zoomView(view, duration, 1e-6, 0), duration)).toBe(true);
      },
    ),
  );
});

it('pans to the ends and no further, and turns the page after the playhead', () => {
  expect(panView({ start: 2, end: 4 }, 10, 100)).toEqual({ start: 8, end: 10 });
  expect(panView({ start: 2, end: 4 }, 10, -100)).toEqual({ start: 0, end: 2 });
  expect(followView({ start: 2, end: 4 }, 10, 3)).toEqual({ start: 2, end: 4 });
  expect(followView({ start: 2, end: 4 }, 10, 5).start).toBeCloseTo(4.8);
});

it('rules what is in view only', () => {
  expect(rulerTimes(36_000, 800, { start: 7200, end: 7210 })).toEqual([
    7200, 7201, 7202, 7203, 7204, 7205, 7206, 7207, 7208, 7209, 7210,
  ]);
  expect(rulerTimes(36_000, 400, { start: 1.05, end: 1.35 })).toEqual([1.1, 1.2, 1.3]);
});

it('shows the loudest under each column', () => {
  const peaks = Uint8Array.of(0, 51, 255, 0, 102, 0);
  expect([...columnsOf(peaks, 2, { start: 0, end: 3 }, 3)].map((v) => Number(v.toFixed(2)))).toEqual([0.2, 1, 0.4]);
  expect([...columnsOf(peaks, 2, { start: 1, end: 2 }, 4)]).toEqual([1, 1, 0, 0]);
  expect([...columnsOf(peaks, 2, { start: 2.5, end: 4.5 }, 2)]).toEqual([0, 0]);
});
