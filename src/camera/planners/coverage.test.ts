// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Vec3 } from '../../contract';
import {
  candidateViews,
  chooseGreedy,
  coveredShare,
  lookAtPose,
  orderAlongPath,
  cellAreas,
  surfaceGrid,
  cellWorth,
  posePosition,
  soundCandidates,
} from '../index';
import { length, subtract } from '../vector';

const cells = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 40 }).map((list) => Uint32Array.from(list));
const areas = fc.array(fc.double({ min: 0.01, max: 10, noNaN: true }), { minLength: 61, maxLength: 61 });
const survey = fc
  .record({ seen: fc.array(cells, { minLength: 1, maxLength: 30 }), areas })
  .map(({ seen, areas }) => ({ seen, areaOf: (cell: number) => areas[cell]! }));
const cap = fc.integer({ min: 1, max: 12 });

describe('chooseGreedy', () => {
  it('covers more with every choice, says the true share, and chooses none twice', () => {
    fc.assert(
      fc.property(survey, cap, (asked, most) => {
        const { chosen, covered } = chooseGreedy(asked, most);
        expect(chosen.length).toBeLessThanOrEqual(most);
        expect(new Set(chosen).size).toBe(chosen.length);
        covered.forEach((share, k) => {
          expect(share).toBeGreaterThan(covered[k - 1] ?? 0);
          expect(share).toBeCloseTo(coveredShare(asked, chosen.slice(0, k + 1)), 9);
        });
        const last = covered.at(-1) ?? 1;
        expect(chosen.length === most || last >= 0.9 || chosen.length === 0).toBe(true);
      }),
    );
  });

  it('takes at each step what adds the most', () => {
    fc.assert(
      fc.property(survey, cap, (asked, most) => {
        const { chosen, covered } = chooseGreedy(asked, most, 1);
        chosen.forEach((_k, at) => {
          const before = chosen.slice(0, at);
          const best = Math.max(...asked.seen.map((_seen, k) => coveredShare(asked, [...before, k])));
          expect(covered[at]).toBeCloseTo(best, 9);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('is worth at least 63 % of any other choice of as many, random ones among them', () => {
    fc.assert(
      fc.property(survey, cap, fc.infiniteStream(fc.nat()), (asked, most, drawn) => {
        const { covered } = chooseGreedy(asked, most, 1);
        const random = Array.from({ length: most }, () => (drawn.next().value as number) % asked.seen.length);
        expect(covered.at(-1) ?? 0).toBeGreaterThanOrEqual((1 - 1 / Math.E) * coveredShare(asked, random) - 1e-9);
      }),
    );
  });

  it('chooses nothing where nothing is seen', () => {
    expect(chooseGreedy({ seen: [new Uint32Array(), new Uint32Array()] }, 8)).toEqual({ chosen: [], covered: [] });
  });
});

describe('pieceAreas', () => {
  it('shares out a surface without losing any, however it is cut', () => {
    const bounds = { min: [0, 0, 0] as Vec3, max: [4, 2, 0] as Vec3 };
    const quad = (x: number, y: number, w: number, h: number) =>
      [
        [x, y, 0, x + w, y, 0, x + w, y + h, 0],
        [x, y, 0, x + w, y + h, 0, x, y + h, 0],
      ].flat();
    const one = cellAreas(bounds, new Float32Array(quad(0, 0, 4, 2)));
    const many = cellAreas(bounds, new Float32Array([0, 1, 2, 3].flatMap((k) => quad(k, 0, 1, 2))));
    const sum = (areas: Float32Array) => areas.reduce((a, b) => a + b, 0);
    for (const areas of [one, many]) expect(sum(areas)).toBeCloseTo(2 * 8, 3); // fronts and backs
    const differ = one.reduce((worst, area, k) => Math.max(worst, Math.abs(area - many[k]!)), 0);
    expect(differ).toBeLessThan(2 * surfaceGrid(bounds).cell ** 2);
    expect(cellWorth(bounds, one)(123_456)).toBeGreaterThan(0);
  });
});

describe('candidateViews', () => {
  const room = { min: [0, 0, 0] as Vec3, max: [6, 2.6, 4] as Vec3 };

  it('stand in a room at eye height, by the seed, and leave out what stands behind walls', () => {
    const views = candidateViews(room, true, 5);
    expect(views).toHaveLength(200);
    expect(views.every(({ pose }) => posePosition(pose)[1] === 1.5)).toBe(true);
    expect(candidateViews(room, true, 5)).toEqual(views);
    expect(candidateViews(room, true, 6)).not.toEqual(views);
    expect(soundCandidates([0, 0.5, 0.01], true)).toEqual([0, 2]);
    expect(soundCandidates([0.5, 0.9], true)).toEqual([0, 1]); // if all are unsound, all are kept
    expect(soundCandidates([0, 0.5], false)).toEqual([0, 1]);
  });
});

describe('orderAlongPath', () => {
  const at = (x: number, z: number) => lookAtPose([x, 1.5, z], [x, 1.5, z - 1]);

  it('names every pose once, and is not longer than the order given', () => {
    const coordinate = fc.double({ min: -9, max: 9, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 12 }), (places) => {
        const poses = places.map(([x, z]) => at(x, z));
        const order = orderAlongPath(poses);
        expect([...order].sort((a, b) => a - b)).toEqual(poses.map((_pose, k) => k));
        expect(order[0]).toBe(0);
        // All look the same way, so only the distance counts; swapping two neighbours never makes it shorter.
        const walk = (list: number[]) =>
          list
            .slice(1)
            .reduce((sum, k, i) => sum + length(subtract(posePosition(poses[k]!), posePosition(poses[list[i]!]!))), 0);
        for (let i = 1; i < order.length - 1; i++) {
          const swapped = [...order];
          [swapped[i], swapped[i + 1]] = [swapped[i + 1]!, swapped[i]!];
          expect(walk(order)).toBeLessThanOrEqual(walk(swapped) + 1e-6);
        }
      }),
    );
  });

  it('walks along a line', () => {
    expect(orderAlongPath([0, 3, 1, 4, 2].map((x) => at(x, 0)))).toEqual([0, 2, 4, 1, 3]);
  });
});
