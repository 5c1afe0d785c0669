// SPDX-License-Identifier: Apache-2.0
/** Quantizes floats to few bits, in the layouts of ONNX Runtime's kernels. Pure. */

export interface QuantisedRows {
  /** As many codes as values, row-major. */
  codes: Int8Array;
  /** One per row: value = code x scale. */
  scales: Float32Array;
}

/**
 * Quantizes whole rows to signed 8 bits, each row scaled by its own largest magnitude.
 * @param values [rows, width].
 */
export function quantiseRows(values: Float32Array, width: number): QuantisedRows {
  const rows = values.length / width;
  const codes = new Int8Array(values.length);
  const scales = new Float32Array(rows);
  for (let r = 0; r < rows; r++) {
    const [from, to] = [r * width, (r + 1) * width];
    let largest = 0;
    for (let i = from; i < to; i++) largest = Math.max(largest, Math.abs(values[i]!));
    const scale = Math.fround(largest / 127);
    scales[r] = scale;
    if (scale === 0) continue;
    for (let i = from; i < to; i++) codes[i] = Math.round(values[i]! / scale);
  }
  return { codes, scales };
}

/**
 * Writes rows as columns of a larger matrix.
 * @param values [rows, width].
 * @param target [width, columns].
 * @param column index at which the first row is written.
 */
export function transposeInto<T extends Int8Array | Float32Array>(
  values: T,
  width: number,
  target: T,
  columns: number,
  column: number,
): void {
  const rows = values.length / width;
  const TILE = 64; // a tile of both matrices fits the first cache
  for (let r0 = 0; r0 < rows; r0 += TILE) {
    const r1 = Math.min(rows, r0 + TILE);
    for (let k0 = 0; k0 < width; k0 += TILE) {
      const k1 = Math.min(width, k0 + TILE);
      for (let k = k0; k < k1; k++) {
        for (let r = r0; r < r1; r++) target[k * columns + column + r] = values[r * width + k]!;
      }
    }
  }
}

export interface QuantisedBlocks8 {
  /** [rows, blocks, block]. */
  codes: Uint8Array;
  /** [rows, blocks]: value = (code - 128) x scale. */
  scales: Float32Array;
}

export interface QuantisedBlocks4 {
  /** [rows, blocks, block / 2]; of two codes in a byte the first is in the low half. */
  codes: Uint8Array;
  /** [rows, blocks]: value = (code - zero) x scale. */
  scales: Float32Array;
  /** [rows, zeroBytes(blocks)], packed like the codes. */
  zeros: Uint8Array;
}

export function blocksOf(width: number, block: number): number {
  return Math.ceil(width / block);
}

/** Bytes of one row's zero points. */
export function zeroBytes(blocks: number): number {
  return Math.ceil(blocks / 2);
}

/**
 * Quantizes whole rows to unsigned 8-bit codes, each block of a row scaled by its own largest magnitude: the layout of
 * ONNX Runtime's MatMulNBits with its default zero point. An incomplete last block is padded with zeros.
 * @param values [rows, width].
 */
export function quantiseBlocks8(values: Float32Array, width: number, block: number): QuantisedBlocks8 {
  const rows = values.length / width;
  const blocks = blocksOf(width, block);
  const codes = new Uint8Array(rows * blocks * block).fill(128);
  const scales = new Float32Array(rows * blocks);
  for (let at = 0; at < scales.length; at++) {
    const [from, to] = rangeOf(at, blocks, width, block);
    let largest = 0;
    for (let i = from; i < to; i++) largest = Math.max(largest, Math.abs(values[i]!));
    const scale = (scales[at] = Math.fround(largest / 127));
    if (scale !== 0)
      for (let i = from; i < to; i++) codes[at * block + i - from] = Math.round(values[i]! / scale) + 128;
  }
  return { codes, scales };
}

/** Fractions of a block's range that are tried: clipping its extremes often costs less than coarser steps. */
const RANGES = [0.7, 0.775, 0.85, 0.925, 1];

/**
 * Quantizes whole rows to 4-bit codes. Each block of a row gets the scale and zero point with the least squared error
 * of those tried; the layout of MatMulNBits. An incomplete last block is padded with zeros.
 * @param values [rows, width].
 * @param block values per block, even.
 */
export function quantiseBlocks4(values: Float32Array, width: number, block: number): QuantisedBlocks4 {
  const rows = values.length / width;
  const blocks = blocksOf(width, block);
  const codes = new Uint8Array((rows * blocks * block) / 2);
  const scales = new Float32Array(rows * blocks);
  const zeros = new Uint8Array(rows * zeroBytes(blocks));
  const padded = new Float32Array(block);
  for (let at = 0; at < scales.length; at++) {
    const [from, to] = rangeOf(at, blocks, width, block);
    padded.fill(0);
    padded.set(values.subarray(from, to));
    const { finer, zero, scale } = fitBlock(padded);
    scales[at] = scale;
    const row = Math.floor(at / blocks);
    const column = at - row * blocks;
    zeros[row * zeroBytes(blocks) + (column >> 1)]! |= zero << (4 * (column & 1));
    for (let i = 0; i < block; i += 2) {
      codes[(at * block + i) >> 1] = code(padded[i]!, finer, zero) | (code(padded[i + 1]!, finer, zero) << 4);
    }
  }
  return { codes, scales, zeros };
}

/**
 * `finer` is 1 / step. Most of a compilation is spent here and in `fitBlock`: hence plain loops, no division, no
 * Math.round.
 */
function code(value: number, finer: number, zero: number): number {
  const q = value * finer + zero + 0.5;
  return q <= 0 ? 0 : q >= 15 ? 15 : q | 0;
}

/** How to encode a block (`finer`, `zero`), and the scale with the least squared error for these codes. */
function fitBlock(values: Float32Array): { finer: number; zero: number; scale: number } {
  let low = 0;
  let high = 0;
  let energy = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
    energy += value * value;
  }
  let best = { finer: 1, zero: 8, scale: 0 };
  if (energy === 0) return best;
  let least = Infinity;
  const zero = Math.round((-low * 15) / (high - low));
  for (const share of RANGES) {
    const finer = 15 / ((high - low) * share);
    let vq = 0;
    let qq = 0;
    for (let i = 0; i < values.length; i++) {
      const q = code(values[i]!, finer, zero) - zero;
      vq += values[i]! * q;
      qq += q * q;
    }
    const error = energy - (vq * vq) / qq;
    if (error < least) [least, best] = [error, { finer, zero, scale: Math.fround(vq / qq) }];
  }
  return best;
}

/** Where the values of block `at` begin and end (exclusive). */
function rangeOf(at: number, blocks: number, width: number, block: number): [number, number] {
  const row = Math.floor(at / blocks);
  const from = row * width + (at - row * blocks) * block;
  return [from, Math.min(from + block, (row + 1) * width)];
}
