// SPDX-License-Identifier: Apache-2.0
import type { Vec3 } from '../contract';
import type { Bounds } from './bounds';
import { cross, dot, length, scale, subtract } from './vector';

/**
 * Surface cells: the grid cell that a point is in and which of six directions the surface there faces, as one number of
 * 21 bits. Counting visibility by such cells does not depend on how finely the scene is divided into triangles: a wall
 * of two triangles does not count as seen when only its corner is.
 */
export interface SurfaceGrid {
  corner: Vec3;
  /** Edge of a cell, in scene units. */
  cell: number;
}

/** Cells along the scene's longest side. */
export const CELLS_A_SIDE = 64;
export const CELL_NUMBERS = 1 << 21;

export function surfaceGrid({ min, max }: Bounds): SurfaceGrid {
  const cell = (Math.max(...subtract(max, min)) || 1) / (CELLS_A_SIDE - 1);
  // Shifted by a quarter cell, so that the walls of the box do not lie on a border and alternate between two cells.
  return { corner: subtract(min, [cell / 4, cell / 4, cell / 4]), cell };
}

function cellOf({ corner, cell }: SurfaceGrid, point: Vec3, facing: Vec3): number {
  const at = [0, 1, 2].map((axis) =>
    Math.min(CELLS_A_SIDE - 1, Math.max(0, Math.floor((point[axis]! - corner[axis]!) / cell))),
  ) as Vec3;
  const a = facing.map(Math.abs) as Vec3;
  const axis = a[0] >= a[1] && a[0] >= a[2] ? 0 : a[1] >= a[2] ? 1 : 2;
  return at[0] | (at[1] << 6) | (at[2] << 12) | ((2 * axis + (facing[axis] > 0 ? 0 : 1)) << 18);
}

/**
 * The surface area in each surface cell, in square units; a triangle larger than a cell is divided among the cells it
 * crosses. Back faces count like front faces, whether or not they can be seen. `triangles` as for `looksLikeRoom`.
 */
export function cellAreas(bounds: Bounds, triangles: Float32Array, weight = 1): Float32Array {
  const grid = surfaceGrid(bounds);
  const areas = new Float32Array(CELL_NUMBERS);
  for (let i = 0; i + 8 < triangles.length; i += 9) {
    const [a, b, c] = [0, 3, 6].map((k) => [triangles[i + k], triangles[i + k + 1], triangles[i + k + 2]] as Vec3) as [
      Vec3,
      Vec3,
      Vec3,
    ];
    const [u, v] = [subtract(b, a), subtract(c, a)];
    const facing = cross(u, v);
    const back = scale(facing, -1);
    const cuts = Math.min(
      128,
      Math.max(1, Math.ceil((1.5 * Math.max(length(u), length(v), length(subtract(c, b)))) / grid.cell)),
    );
    const part = (weight * Math.sqrt(dot(facing, facing))) / 2 / cuts ** 2;
    for (let row = 0; row < cuts; row++) {
      for (let k = 0; k < 2 * (cuts - row) - 1; k++) {
        // The centres of the small triangles, alternately upright and inverted ones.
        const s = (Math.floor(k / 2) + (k % 2 === 0 ? 1 / 3 : 2 / 3)) / cuts;
        const t = (row + (k % 2 === 0 ? 1 / 3 : 2 / 3)) / cuts;
        const point: Vec3 = [a[0] + s * u[0] + t * v[0], a[1] + s * u[1] + t * v[1], a[2] + s * u[2] + t * v[2]];
        for (const way of [facing, back]) areas[cellOf(grid, point, way)]! += part;
      }
    }
  }
  return areas;
}

/**
 * The least value of a visible surface cell, as a fraction of a cell's side: its surface may have been counted in the
 * next cell.
 */
const LEAST_PART = 0.02;

/** The area of a surface cell for choosing views. */
export function cellWorth(bounds: Bounds, areas: Float32Array): (surfaceCell: number) => number {
  const least = LEAST_PART * surfaceGrid(bounds).cell ** 2;
  return (surfaceCell) => Math.max(least, areas[surfaceCell] ?? 0);
}
