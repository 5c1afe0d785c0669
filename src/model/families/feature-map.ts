// SPDX-License-Identifier: Apache-2.0
/** Maps of features [height, width, channels], as LLaVA arranges those of tiles and frames. Pure. */

export interface FeatureMap {
  height: number;
  width: number;
  values: Float32Array;
}

/** Joins the square maps of tiles, row by row, to one map. @param tiles each [side, side, channels]. */
export function joinTiles(
  tiles: readonly Float32Array[],
  { columns, rows }: { columns: number; rows: number },
  side: number,
): FeatureMap {
  const [height, width] = [rows * side, columns * side];
  const channels = tiles[0]!.length / side ** 2;
  const line = side * channels;
  const values = new Float32Array(height * width * channels);
  tiles.forEach((tile, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    for (let y = 0; y < side; y++)
      values.set(tile.subarray(y * line, (y + 1) * line), ((row * side + y) * width + column * side) * channels);
  });
  return { height, width, values };
}

/** The part of a map, in its middle, that is left when `left` columns on each side and `top` rows are removed. */
export function cropMap({ height, width, values }: FeatureMap, top: number, left: number): FeatureMap {
  if (top === 0 && left === 0) return { height, width, values };
  const channels = values.length / (height * width);
  const [h, w] = [height - 2 * top, width - 2 * left];
  const out = new Float32Array(h * w * channels);
  for (let y = 0; y < h; y++) {
    const from = ((y + top) * width + left) * channels;
    out.set(values.subarray(from, from + w * channels), y * w * channels);
  }
  return { height: h, width: w, values: out };
}

/** As torch's `interpolate(mode='bilinear', align_corners=False)`, without antialiasing. */
export function resizeMap({ height, width, values }: FeatureMap, toHeight: number, toWidth: number): FeatureMap {
  const channels = values.length / (height * width);
  const out = new Float32Array(toHeight * toWidth * channels);
  const down = places(height, toHeight);
  const across = places(width, toWidth);
  for (let y = 0; y < toHeight; y++) {
    const [top, bottom, yWeight] = down[y]!;
    for (let x = 0; x < toWidth; x++) {
      const [left, right, xWeight] = across[x]!;
      const at = (row: number, column: number): number => (row * width + column) * channels;
      const [a, b, c, d] = [at(top, left), at(top, right), at(bottom, left), at(bottom, right)];
      const to = (y * toWidth + x) * channels;
      for (let i = 0; i < channels; i++) {
        const upper = values[a + i]! * (1 - xWeight) + values[b + i]! * xWeight;
        const lower = values[c + i]! * (1 - xWeight) + values[d + i]! * xWeight;
        out[to + i] = upper * (1 - yWeight) + lower * yWeight;
      }
    }
  }
  return { height: toHeight, width: toWidth, values: out };
}

/** For each place of the result: the two places it lies between, and the weight of the second. */
function places(from: number, to: number): [number, number, number][] {
  return Array.from({ length: to }, (_, k) => {
    const place = Math.max(0, (k + 0.5) * (from / to) - 0.5);
    const first = Math.min(Math.floor(place), from - 1);
    return [first, Math.min(first + 1, from - 1), place - first];
  });
}

/** The rows of a map with a vector after each. */
export function withRowEnds({ height, width, values }: FeatureMap, end: Float32Array): Float32Array {
  const line = (values.length / (height * width)) * width;
  const out = new Float32Array(values.length + height * end.length);
  for (let y = 0; y < height; y++) {
    out.set(values.subarray(y * line, (y + 1) * line), y * (line + end.length));
    out.set(end, (y + 1) * (line + end.length) - end.length);
  }
  return out;
}

/** Several arrays of rows as one. */
export function joined(arrays: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    out.set(array, at);
    at += array.length;
  }
  return out;
}
