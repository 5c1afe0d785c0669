// SPDX-License-Identifier: Apache-2.0
/**
 * AnyRes of LLaVA-NeXT: a picture fitted into a grid of tiles, in the centre of a black background. Source: LLaVA-NeXT,
 * llava/mm_utils.py (`resize_and_pad_image`, `divide_to_patches`).
 */

import type { RgbImage } from '../contract';
import { resizeSteps } from './resize';
import type { Grid } from './tiles';

/** The size of a picture fitted into the grid: the side with more room is rounded up. In pixels. */
export function fittedInto(
  { width, height }: { width: number; height: number },
  { columns, rows }: Grid,
  side: number,
): { width: number; height: number } {
  const [w, h] = [columns * side, rows * side];
  const [across, down] = [w / width, h / height];
  return across < down
    ? { width: w, height: Math.min(Math.ceil(height * across), h) }
    : { width: Math.min(Math.ceil(width * down), w), height: h };
}

/** The tiles of the grid, each `side` x `side`, row by row. */
export function* anyResTileSteps(image: RgbImage, grid: Grid, side: number): Generator<void, RgbImage[]> {
  const size = fittedInto(image, grid, side);
  const fitted = yield* resizeSteps(image, size.width, size.height);
  const left = Math.floor((grid.columns * side - size.width) / 2);
  const top = Math.floor((grid.rows * side - size.height) / 2);
  const tiles: RgbImage[] = [];
  for (let row = 0; row < grid.rows; row++) {
    for (let column = 0; column < grid.columns; column++)
      tiles.push(cropped(fitted, column * side - left, row * side - top, side));
    yield;
  }
  return tiles;
}

/** A square of a picture; black beyond its edges. */
export function cropped({ width, height, data }: RgbImage, left: number, top: number, side: number): RgbImage {
  const out = new Uint8Array(side * side * 3);
  const from = Math.max(0, left);
  const to = Math.min(width, left + side);
  for (let y = Math.max(0, top); from < to && y < Math.min(height, top + side); y++)
    out.set(data.subarray((y * width + from) * 3, (y * width + to) * 3), ((y - top) * side + from - left) * 3);
  return { width: side, height: side, data: out };
}
