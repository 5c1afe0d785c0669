// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CameraPose, Intrinsics, PlannedStrategy, type Vec3 } from '../../contract';
import {
  boundsCorners,
  eyeLevel,
  looksLikeRoom,
  planViews,
  poseAzimuth,
  poseElevation,
  posePosition,
  project,
  type Bounds,
} from '../index';
import { column } from '../pose';
import { cross, dot, length, normalize, scale, subtract } from '../vector';

const coordinate = fc.double({ min: -500, max: 500, noNaN: true });
const side = fc.double({ min: 0.01, max: 500, noNaN: true });
const bounds: fc.Arbitrary<Bounds> = fc
  .tuple(fc.tuple(coordinate, coordinate, coordinate), side, side, side)
  .map(([min, x, y, z]) => ({ min, max: [min[0] + x, min[1] + y, min[2] + z] as Vec3 }));
const plan = fc.record({
  bounds,
  strategy: fc.constantFrom(...PlannedStrategy.options),
  count: fc.integer({ min: 1, max: 40 }),
  size: fc.constant(768),
  seed: fc.integer({ min: 0, max: 0xffffffff }),
});

describe('planViews', () => {
  it('gives as many sound views as were asked for, the same ones every time', () => {
    fc.assert(
      fc.property(plan, (asked) => {
        const views = planViews(asked);
        expect(views).toHaveLength(asked.strategy === 'cube' ? 6 : asked.count);
        expect(planViews(asked)).toEqual(views);
        for (const { pose, intrinsics, strategy } of views) {
          expect(CameraPose.safeParse(pose).success && Intrinsics.safeParse(intrinsics).success).toBe(true);
          expect(strategy).toBe(asked.strategy);
          const [x, y, z] = [0, 1, 2].map((i) => column(pose.cameraToWorld, i as 0 | 1 | 2)) as [Vec3, Vec3, Vec3];
          expect(length(subtract(cross(x, y), z))).toBeLessThan(1e-6);
        }
      }),
    );
  });

  it('has the whole box in every picture taken from outside', () => {
    const outside = fc.constantFrom<PlannedStrategy>('ring-top', 'hemisphere', 'sphere');
    fc.assert(
      fc.property(plan, outside, (asked, strategy) => {
        for (const { pose, intrinsics } of planViews({ ...asked, strategy: strategy })) {
          for (const corner of boundsCorners(asked.bounds)) {
            const seen = project(pose, intrinsics, corner);
            expect(Math.max(Math.abs(seen.x), Math.abs(seen.y))).toBeLessThanOrEqual(1);
            expect(seen.depth).toBeGreaterThan(intrinsics.near);
            expect(seen.depth).toBeLessThan(intrinsics.far);
          }
        }
      }),
    );
  });

  const box: Bounds = { min: [-2, 0, -3], max: [2, 2.6, 3] };
  const views = (strategy: PlannedStrategy, count: number, seed = 0) =>
    planViews({ strategy, bounds: box, count, size: 64, seed });

  it('looks down last in a ring with a top view', () => {
    const elevations = views('ring-top', 9).map(({ pose }) => Math.round(poseElevation(pose)));
    expect(elevations).toEqual([18, 18, 18, 18, 18, 18, 18, 18, 90]);
  });

  it('stays above the ground on a hemisphere and goes below on a sphere', () => {
    const lowest = (strategy: PlannedStrategy) =>
      Math.min(...views(strategy, 24).map(({ pose }) => poseElevation(pose)));
    expect(lowest('hemisphere')).toBeGreaterThan(8);
    expect(lowest('sphere')).toBeLessThan(-60);
  });

  it('spreads a sphere evenly: no two cameras nearer than two thirds of the even distance', () => {
    for (const count of [8, 32, 100]) {
      const ways = views('sphere', count).map(({ pose }) => normalize(subtract(posePosition(pose), pose.target)));
      const nearest = Math.min(
        ...ways.flatMap((a, i) => ways.slice(i + 1).map((b) => Math.acos(Math.min(1, dot(a, b))))),
      );
      expect(nearest).toBeGreaterThan((2 / 3) * Math.sqrt((4 * Math.PI) / count) * 0.95);
    }
  });

  it('covers every direction with six faces of a cube', () => {
    const direction = fc.tuple(coordinate, coordinate, coordinate).filter((v) => length(v) > 1);
    const faces = views('cube', 1);
    fc.assert(
      fc.property(direction, (way) => {
        const eye = posePosition(faces[0]!.pose);
        const far = scale(normalize(way), 100);
        const point: Vec3 = [eye[0] + far[0], eye[1] + far[1], eye[2] + far[2]];
        const seen = faces.filter(({ pose, intrinsics }) => {
          const { x, y, depth } = project(pose, intrinsics, point);
          return depth > 0 && Math.abs(x) <= 1 + 1e-9 && Math.abs(y) <= 1 + 1e-9;
        });
        expect(seen.length).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it('stands inside a room at eye height, looks into every quarter, and depends on the seed alone', () => {
    const made = views('room', 10, 7);
    expect(made.filter(({ culled }) => culled)).toHaveLength(2);
    const inside = made.slice(2).map(({ pose }) => pose);
    for (const pose of inside) {
      const [x, y, z] = posePosition(pose);
      expect([y, Math.abs(x) < 2, Math.abs(z) < 3]).toEqual([1.5, true, true]);
    }
    // The azimuth of a pose is its direction from the target: opposite to the direction in which it looks.
    expect(new Set(inside.map((pose) => Math.floor(poseAzimuth(pose) / 90))).size).toBe(4);
    expect(made).toEqual(views('room', 10, 7));
    expect(made).not.toEqual(views('room', 10, 8));
    expect(made.every(({ seed }) => seed === 7)).toBe(true);
  });
});

it('knows eye height only where the unit can be the metre', () => {
  expect(eyeLevel({ min: [0, -1, 0], max: [4, 2, 4] })).toBe(0.5);
  expect(eyeLevel({ min: [0, 0, 0], max: [400, 260, 400] })).toBe(130);
});

describe('looksLikeRoom', () => {
  const size: Bounds = { min: [0, 0, 0], max: [4, 2.5, 5] };
  /** Six quads as two triangles each; `inward` turns their fronts inwards. */
  const shell = (inward: boolean, sides = ['x-', 'x+', 'y-', 'y+', 'z-', 'z+']): Float32Array => {
    const numbers: number[] = [];
    for (const name of sides) {
      const axis = 'xyz'.indexOf(name[0]!);
      const high = name[1] === '+';
      const corners = boundsCorners(size).filter((corner) => corner[axis] === (high ? size.max : size.min)[axis]);
      const [a, b, c, d] = corners as [Vec3, Vec3, Vec3, Vec3]; // a-b-d and a-d-c are its halves
      const away = cross(subtract(b, a), subtract(d, a))[axis]! > 0 === high;
      for (const triangle of [
        [a, b, d],
        [a, d, c],
      ])
        numbers.push(...(away === inward ? triangle.reverse() : triangle).flat());
    }
    return new Float32Array(numbers);
  };

  it('tells four walls that face inwards from a box, a floor and a corner', () => {
    expect(looksLikeRoom(size, shell(true))).toBe(true);
    expect(looksLikeRoom(size, shell(true, ['x-', 'x+', 'z-', 'z+']))).toBe(true);
    expect(looksLikeRoom(size, shell(false))).toBe(false);
    expect(looksLikeRoom(size, shell(true, ['y-']))).toBe(false);
    expect(looksLikeRoom(size, shell(true, ['y-', 'x-', 'z-']))).toBe(false);
  });

  it('takes a sample for the whole, and nothing for no room', () => {
    expect(looksLikeRoom(size, shell(true, ['x-', 'x+', 'z-', 'z+']).subarray(), 2)).toBe(true);
    expect(looksLikeRoom(size, new Float32Array())).toBe(false);
  });
});
