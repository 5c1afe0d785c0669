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

/** Whether this is a box a camera can be placed round: all finite, no side negative. */
export function isUsableBounds({ min, max }: Bounds): boolean {
  return [0, 1, 2].every((axis) => {
    const low = min[axis] ?? NaN;
    const high = max[axis] ?? NaN;
    return Number.isFinite(low) && Number.isFinite(high) && high >= low;
  });
}
