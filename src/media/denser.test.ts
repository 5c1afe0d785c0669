// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { denserFrames } from './index';

const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

it('doubles the frames of a part, between those that are there', () => {
  const even = range(0, 10).map((i) => i * 10);
  const stretch = { first: 20, last: 60 };
  const added = denserFrames(even, { stretch, factor: 2 });
  expect(added).toHaveLength(5); // as many as are there
  expect(added.slice(0, 4)).toEqual([25, 35, 45, 55]);
  expect(denserFrames([0, 99], { stretch: { first: 40, last: 60 }, factor: 4 })).toEqual([49, 60, 40, 54]);
  expect(denserFrames([], { stretch: { first: 10, last: 20 }, factor: 2 })).toEqual([15, 10]);
  expect(denserFrames(range(3, 8), { stretch: { first: 3, last: 8 }, factor: 4 })).toEqual([]);
});

it('adds exactly as many as asked, each new, inside, and the farthest there is', () => {
  const chosen = fc.uniqueArray(fc.nat(199), { maxLength: 40 }).map((places) => places.sort((a, b) => a - b));
  const stretch = fc.tuple(fc.nat(199), fc.nat(199)).map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) }));
  fc.assert(
    fc.property(
      chosen,
      stretch,
      fc.integer({ min: 2, max: 8 }),
      fc.integer({ min: 0, max: 60 }),
      (places, part, factor, most) => {
        const room = range(part.first, part.last);
        const inside = places.filter((place) => room.includes(place)).length;
        const added = denserFrames(places, { stretch: part, factor }, most);
        expect(added).toHaveLength(Math.min(most, Math.max(1, inside) * factor - inside, room.length - inside));
        const all = [...places];
        for (const place of added) {
          const distance = (from: number): number => Math.min(...all.map((other) => Math.abs(other - from)));
          const free = room.filter((candidate) => !all.includes(candidate));
          expect(free).toContain(place);
          if (all.length > 0) expect(distance(place)).toBe(Math.max(...free.map(distance)));
          all.push(place);
        }
        // With a smaller limit it returns the first ones of the same list.
        expect(denserFrames(places, { stretch: part, factor }, Math.floor(most / 2))).toEqual(
          added.slice(0, Math.floor(most / 2)),
        );
      },
    ),
  );
});
