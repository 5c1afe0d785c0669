// SPDX-License-Identifier: Apache-2.0
import type { Rectangle, RgbImage } from '../contract';

/** An even division of a picture. */
export interface Grid {
  columns: number;
  rows: number;
}

/** The grids of LLaVA-NeXT-Interleave's AnyRes, as listed in its `image_grid_pinpoints`, in units of the model's square. */
const GRIDS: readonly Grid[] = [
  { columns: 1, rows: 2 },
  { columns: 2, rows: 1 },
  { columns: 2, rows: 2 },
  { columns: 3, rows: 1 },
  { columns: 1, rows: 3 },
];

/**
 * The grid that keeps most of a picture's pixels when each tile is resized to `side` x `side`; of equal ones, the grid
 * with the least empty space: LLaVA-NeXT's `select_best_resolution`. Undefined if the picture is no larger than the
 * square, so that tiles would add no detail.
 */
export function chooseGrid({ width, height }: { width: number; height: number }, side: number): Grid | undefined {
  return width <= side && height <= side ? undefined : bestGrid({ width, height }, GRIDS, side);
}

/** The same among other grids, also for small pictures. @param grids at least one. */
export function bestGrid(
  { width, height }: { width: number; height: number },
  grids: readonly Grid[],
  side: number,
): Grid {
  let best: (Grid & { kept: number; empty: number }) | undefined;
  for (const { columns, rows } of grids) {
    const [w, h] = [columns * side, rows * side];
    const scale = Math.min(w / width, h / height);
    const kept = Math.min(Math.trunc(width * scale) * Math.trunc(height * scale), width * height);
    const empty = w * h - kept;
    if (!best || kept > best.kept || (kept === best.kept && empty < best.empty)) best = { columns, rows, kept, empty };
  }
  return { columns: best!.columns, rows: best!.rows };
}

/**
 * One tile of a picture, with its pixels unchanged. Tiles differ by one pixel at most and together cover the picture.
 */
export function cutTile(
  { width, height, data }: RgbImage,
  { columns, rows }: Grid,
  column: number,
  row: number,
): RgbImage {
  const edge = (length: number, parts: number, k: number): number => Math.round((length * k) / parts);
  const [x, right] = [edge(width, columns, column), edge(width, columns, column + 1)];
  const [y, bottom] = [edge(height, rows, row), edge(height, rows, row + 1)];
  return cutRectangle({ width, height, data }, { x, y, width: right - x, height: bottom - y });
}

/** A rectangle of a picture, with its pixels unchanged. @param part inside the picture. */
export function cutRectangle({ width, data }: RgbImage, part: Rectangle): RgbImage {
  const cut = new Uint8Array(part.width * part.height * 3);
  for (let y = 0; y < part.height; y++) {
    const from = ((part.y + y) * width + part.x) * 3;
    cut.set(data.subarray(from, from + part.width * 3), y * part.width * 3);
  }
  return { width: part.width, height: part.height, data: cut };
}
