// SPDX-License-Identifier: Apache-2.0
import type { Vec3 } from '../contract';
import { add, length, scale, subtract } from './vector';

/** An axis-aligned box in the scene's units, y up. */
export interface Bounds {
  min: Vec3;
  max: Vec3;
}

export const boundsCentre = (bounds: Bounds): Vec3 => scale(add(bounds.min, bounds.max), 0.5);
export const boundsDiagonal = (bounds: Bounds): number => length(subtract(bounds.max, bounds.min));

export function boundsCorners({ min, max }: Bounds): Vec3[] {
  const corners: Vec3[] = [];
  for (const x of [min[0], max[0]]) {
    for (const y of [min[1], max[1]]) {
      for (const z of [min[2], max[2]]) corners.push([x, y, z]);
    }
  }
  return corners;
}

/** Larger coordinates are refused: graphics cards multiply them with each other in 32 bits. */
const FARTHEST = 1e12;

/** Whether a point is valid: all coordinates are numbers and within the limit. */
export const isPlace = (x: number, y = 0, z = 0): boolean =>
  Math.abs(x) < FARTHEST && Math.abs(y) < FARTHEST && Math.abs(z) < FARTHEST;

/** Whether a camera can be placed around this box: its corners are valid points, and no side is negative. */
export function isUsableBounds({ min, max }: Bounds): boolean {
  return [0, 1, 2].every((axis) => {
    const low = min[axis] ?? NaN;
    const high = max[axis] ?? NaN;
    return isPlace(low, high) && high >= low;
  });
}

/**
 * The box without a few outlying points, if they make it more than twice as large. `points` holds x, y, z of each
 * point, enough of them to represent all.
 */
export function robustBounds(whole: Bounds, points: Float32Array): Bounds {
  const count = Math.floor(points.length / 3);
  if (count < 100) return whole;
  const min: Vec3 = [0, 0, 0];
  const max: Vec3 = [0, 0, 0];
  for (const axis of [0, 1, 2] as const) {
    const values = Float32Array.from({ length: count }, (_, k) => points[3 * k + axis]!).sort();
    const low = values[Math.floor(0.01 * count)]!;
    const high = values[Math.ceil(0.99 * count) - 1]!;
    const spare = 0.1 * (high - low);
    min[axis] = Math.max(whole.min[axis], low - spare);
    max[axis] = Math.min(whole.max[axis], high + spare);
  }
  const core = { min, max };
  return boundsDiagonal(whole) > 2 * boundsDiagonal(core) ? core : whole;
}
