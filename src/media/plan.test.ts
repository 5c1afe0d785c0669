// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import golden from './golden/linspace.json';
import {
  frameAt,
  frameAtTime,
  linspaceIndices,
  planFrames,
  stretchesOf,
  uniformFrames,
  type IndexPlan,
  type VideoIndex,
} from './index';
import { roundHalfEven } from './plan';

/** A video whose frames are shown at these times, in milliseconds. */
function video(pts: number[], keyframes = [0], startTime = (pts[0] ?? 0) / 1000): VideoIndex {
  const span = (pts.at(-1)! - pts[0]!) / 1000;
  return {
    ...{
      path: '/v',
      file: '/v',
      size: 1,
      mtimeMs: 1,
      container: 'matroska',
      codec: 'h264',
      width: 2,
      height: 2,
      rotation: 0,
      sar: 1,
    },
    ...{
      hasAudio: false,
      sound: '',
      subtitles: [],
      pixels: 'yuv420p',
      frameCount: pts.length,
      duration: span + 0.04,
      startTime,
      lead: 0,
      access: 'seek',
      notes: [],
    },
    averageFps: pts.length > 1 ? (pts.length - 1) / span : 0,
    frames: {
      pts: Float64Array.from(pts),
      timeBase: [1, 1000],
      keyframes: Uint32Array.from(keyframes),
      lastDuration: 40,
      by: 'pts',
      reach: 0,
    },
  };
}
const steady = (n: number, ms = 40): VideoIndex => video(Array.from({ length: n }, (_, i) => i * ms));

describe('linspaceIndices', () => {
  const hashOf = (pairs: Iterable<[number, number]>): string => {
    const hash = createHash('sha256');
    for (const [n, count] of pairs) hash.update(Int32Array.from(linspaceIndices(n, count)));
    return hash.digest('hex');
  };

  it('is numpy for every n up to 2000 and count up to 64', () => {
    function* pairs(): Generator<[number, number]> {
      for (let n = 1; n <= 2000; n++) for (let count = 1; count <= 64; count++) yield [n, count];
    }
    expect(hashOf(pairs())).toBe(golden.upTo2000x64);
  });

  it('is numpy for very long videos', () => {
    function* pairs(): Generator<[number, number]> {
      for (let n = 10_000; n < 3_000_000; n += 9973) for (const count of [7, 10, 16, 32, 100, 300]) yield [n, count];
    }
    expect(hashOf(pairs())).toBe(golden.long);
  });

  it('is empty for nothing', () => {
    expect(linspaceIndices(0, 5)).toEqual([]);
    expect(linspaceIndices(5, 0)).toEqual([]);
  });
});

describe('uniformFrames', () => {
  it('gives distinct ascending places with both ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 300 }), (n, count) => {
        const places = uniformFrames(n, count);
        expect(places.length).toBe(Math.min(n, count));
        expect(places[0]).toBe(0);
        if (places.length > 1) expect(places.at(-1)).toBe(n - 1);
        places.forEach((place, i) => i > 0 && expect(place).toBeGreaterThan(places[i - 1]!));
      }),
    );
  });
});

describe('planFrames', () => {
  it('takes every round(fps / rate) frame', () => {
    expect(planFrames(steady(100), { strategy: 'rate', perSecond: 1, cap: 64 })).toEqual([0, 25, 50, 75]);
    // 25 / 10 = 2.5 goes to 2, as in Python.
    expect(planFrames(steady(7), { strategy: 'rate', perSecond: 10, cap: 64 })).toEqual([0, 2, 4, 6]);
    expect(planFrames(steady(3), { strategy: 'rate', perSecond: 1000, cap: 64 })).toEqual([0, 1, 2]);
  });

  it('falls back to an even spread over the cap', () => {
    expect(planFrames(steady(100), { strategy: 'rate', perSecond: 25, cap: 4 })).toEqual([0, 33, 66, 99]);
  });

  it('keeps to a range of seconds', () => {
    expect(planFrames(steady(100), { strategy: 'uniform', count: 3, ranges: [{ start: 1, end: 2 }] })).toEqual([
      25, 37, 50,
    ]);
    expect(planFrames(steady(100), { strategy: 'uniform', count: 3, ranges: [{ start: 2, end: 1 }] })).toEqual([
      25, 37, 50,
    ]);
    expect(planFrames(steady(100), { strategy: 'uniform', count: 9, ranges: [{ start: 99, end: 100 }] })).toEqual([99]);
  });

  it('takes several parts as if what lies between were cut out', () => {
    const ranges = [
      { start: 3, end: 3.4 },
      { start: 1, end: 1.2 },
      { start: 3.2, end: 3.6 },
    ];
    expect(stretchesOf(steady(100), ranges)).toEqual([
      { first: 25, last: 30 },
      { first: 75, last: 90 },
    ]);
    expect(planFrames(steady(100), { strategy: 'uniform', count: 4, ranges })).toEqual([25, 76, 83, 90]);
    // Every 10th, counted from the start of each range.
    expect(planFrames(steady(100), { strategy: 'rate', perSecond: 2.5, cap: 64, ranges })).toEqual([25, 75, 85]);
    const keyed = video(
      Array.from({ length: 100 }, (_, i) => i * 40),
      [0, 28, 50, 80, 99],
    );
    expect(planFrames(keyed, { strategy: 'keyframes', cap: 64, ranges })).toEqual([28, 80]);
    expect(planFrames(keyed, { strategy: 'keyframes', cap: 64, ranges: [{ start: 1.2, end: 1.9 }] })).toEqual([30]);
  });

  it('takes keyframes, and the frames on screen at given moments', () => {
    const index = video([0, 40, 80, 500, 540], [0, 3]);
    expect(planFrames(index, { strategy: 'keyframes', cap: 9 })).toEqual([0, 3]);
    expect(planFrames(index, { strategy: 'at', times: [0.499, 0.5, 0.081, -3, 77, Number.NaN] })).toEqual([0, 2, 3, 4]);
  });

  it('works on a single frame, whatever is asked', () => {
    const still = video([0]);
    expect(planFrames(still, { strategy: 'uniform', count: 16 })).toEqual([0]);
    expect(planFrames(still, { strategy: 'rate', perSecond: 2, cap: 16 })).toEqual([0]);
    expect(planFrames(still, { strategy: 'keyframes', cap: 16 })).toEqual([0]);
    expect(planFrames(still, { strategy: 'at', times: [3] })).toEqual([0]);
  });

  it('finds each frame again by its own time', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: -5000, max: 5000 }), (steps, start) => {
        let at = start;
        const index = video(steps.map((step) => (at += step)));
        for (let i = 0; i < index.frameCount; i++) expect(frameAtTime(index, frameAt(index, i).time)).toBe(i);
      }),
    );
  });
});

describe('parts of a video', () => {
  const length = 120;
  const seconds = fc.double({ min: -1, max: 6, noNaN: true });
  const ranges = fc.array(fc.record({ start: seconds, end: seconds }), { minLength: 1, maxLength: 6 });
  const gaps = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: length, maxLength: length });
  const clip = fc.tuple(gaps, fc.subarray(Array.from({ length }, (_, i) => i))).map(([steps, keyframes]) => {
    let at = 0;
    return video(
      steps.map((step) => (at += step)),
      keyframes,
    );
  });
  /** The frames of the ranges, listed one by one: those on screen at some moment of a range. */
  const inside = (index: VideoIndex, parts: { start: number; end: number }[]): number[] =>
    Array.from({ length }, (_, i) => i).filter((i) =>
      parts.some(({ start, end }) => {
        const [from, to] = [frameAtTime(index, Math.min(start, end)), frameAtTime(index, Math.max(start, end))];
        return i >= from && i <= to;
      }),
    );
  const ascending = (places: number[]): boolean => places.every((place, i) => i === 0 || place > places[i - 1]!);

  it('are the union of what was named, each frame in one stretch', () => {
    fc.assert(
      fc.property(clip, ranges, (index, parts) => {
        const stretches = stretchesOf(index, parts);
        const places = stretches.flatMap(({ first, last }) =>
          Array.from({ length: last - first + 1 }, (_, i) => first + i),
        );
        expect(places).toEqual(inside(index, parts));
        stretches.forEach(({ first }, i) => i > 0 && expect(first).toBeGreaterThan(stretches[i - 1]!.last + 1));
      }),
    );
  });

  it('give exactly as many frames as asked, in order, none twice, none from outside', () => {
    const count = fc.integer({ min: 1, max: 150 });
    fc.assert(
      fc.property(
        clip,
        ranges,
        count,
        fc.double({ min: 0.1, max: 60, noNaN: true }),
        (index, parts, cap, perSecond) => {
          const allowed = inside(index, parts);
          const keyed = allowed.filter((i) => frameAt(index, i).keyframe);
          const plans: [IndexPlan, number | null][] = [
            [{ strategy: 'uniform', count: cap, ranges: parts }, Math.min(cap, allowed.length)],
            [{ strategy: 'rate', perSecond, cap, ranges: parts }, null],
            [{ strategy: 'keyframes', cap, ranges: parts }, Math.max(1, Math.min(cap, keyed.length))],
          ];
          for (const [plan, exactly] of plans) {
            const places = planFrames(index, plan);
            expect(ascending(places)).toBe(true);
            expect(places.every((place) => allowed.includes(place))).toBe(true);
            if (exactly !== null) expect(places).toHaveLength(exactly);
            else expect(places.length).toBeLessThanOrEqual(cap);
          }
          const even = planFrames(index, { strategy: 'uniform', count: cap, ranges: parts });
          expect(even).toEqual(uniformFrames(allowed.length, cap).map((k) => allowed[k]));
        },
      ),
    );
  });

  it('are the whole video when they reach over it, for every strategy', () => {
    fc.assert(
      fc.property(clip, fc.integer({ min: 1, max: 150 }), (index, cap) => {
        const whole = { ranges: [{ start: -1, end: 1e6 }] };
        for (const plan of [
          { strategy: 'uniform', count: cap },
          { strategy: 'rate', perSecond: 3, cap },
          { strategy: 'keyframes', cap },
        ] as const) {
          expect(planFrames(index, { ...plan, ...whole })).toEqual(planFrames(index, plan));
        }
      }),
    );
  });
});

it('rounds halves as Python does', () => {
  expect([0.5, 1.5, 2.5, 3.5, 2.4, 2.6, -0.5].map(roundHalfEven)).toEqual([0, 2, 2, 4, 2, 3, -0].map((x) => x + 0));
});
