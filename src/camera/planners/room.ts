// SPDX-License-Identifier: Apache-2.0
import type { Vec3 } from '../../contract';
import { boundsCentre, type Bounds } from '../bounds';
import { cross, dot, subtract } from '../vector';

/** A wall lies within this outermost fraction of the box, and covers at least the second fraction of its side. */
const WALL_DEPTH = 0.2;
const WALL_COVER = 0.35;
/** A room is at least this high relative to its width: lower ones are table tops with a rim, or terrains. */
const LEAST_HEIGHT = 0.12;

/**
 * Whether a scene is a room to stand in and not an object to walk around: all four sides are walls whose faces point
 * inwards. `triangles` holds nine numbers per triangle, counterclockwise seen from the front; if it is only a sample,
 * each triangle counts `weight` times.
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
      // Slanted faces (of a floor or a shelf) count only with the area that faces the middle.
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
