// SPDX-License-Identifier: Apache-2.0
import type { Vec3 } from '../../contract';
import { boundsCentre, type Bounds } from '../bounds';
import { cross, dot, subtract } from '../vector';

/** A wall lies in this outermost part of the box, and covers at least this part of its side. */
const WALL_DEPTH = 0.2;
const WALL_COVER = 0.35;
/** Lower than this part of its width it is a table top with a rim, or a terrain. */
const LEAST_HEIGHT = 0.12;

/**
 * Whether this is a place to stand in rather than a thing to walk round: all four sides are walls whose faces look
 * inwards. `triangles` holds nine numbers a triangle, wound anticlockwise seen from the front; when it is only a
 * sample of them, each stands for `weight`.
 */
export function looksLikeRoom(bounds: Bounds, triangles: Float32Array, weight = 1): boolean {
  const size = subtract(bounds.max, bounds.min);
  if (Math.min(...size) <= 0 || size[1] < LEAST_HEIGHT * Math.max(size[0], size[2])) return false;
  const centre = boundsCentre(bounds);
  const inward = { '0+': 0, '0-': 0, '2+': 0, '2-': 0 };
  for (let i = 0; i + 8 < triangles.length; i += 9) {
    const [a, b, c] = [0, 3, 6].map((k) => [triangles[i + k], triangles[i + k + 1], triangles[i + k + 2]] as Vec3) as [
      Vec3,
      Vec3,
      Vec3,
    ];
    const facing = cross(subtract(b, a), subtract(c, a)); // twice the area, along the normal
    for (const axis of [0, 2] as const) {
      const away = (a[axis] + b[axis] + c[axis]) / 3 - centre[axis];
      if (Math.abs(away) < (0.5 - WALL_DEPTH) * size[axis]) continue;
      const into = -Math.sign(away) * facing[axis];
      // Slanted faces (a floor's, a shelf's) count only for what they show to the middle.
      if (into > 0 && into * into > 0.25 * dot(facing, facing))
        inward[`${axis}${away > 0 ? '+' : '-'}`] += (weight * into) / 2;
    }
  }
  const covers = (axis: 0 | 2): boolean => {
    const side = size[1] * size[axis === 0 ? 2 : 0];
    return Math.min(inward[`${axis}+`], inward[`${axis}-`]) >= WALL_COVER * side;
  };
  return covers(0) && covers(2);
}
