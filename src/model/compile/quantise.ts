/** Floats to few bits, and the layouts that ONNX Runtime's kernels want them in. Pure. */

export interface QuantisedRows {
  /** As many as the values, row-major. */
  codes: Int8Array;
  /** One a row: value = code x scale. */
  scales: Float32Array;
}

/**
 * Whole rows to signed 8 bits, each row by its own largest magnitude.
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
 * @param values [rows, width]. @param target [width, columns]. @param column where the first row goes.
 */
export function transposeInto<T extends Int8Array | Float32Array>(values: T, width: number, target: T, columns: number, column: number): void {
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

export interface QuantisedBlocks {
  /** [rows, blocks, block x bits / 8]; of two 4-bit codes in a byte the first is the low one. */
  codes: Uint8Array;
  /** [rows, blocks]: value = (code - 2^(bits - 1)) x scale. */
  scales: Float32Array;
}

export function blocksOf(width: number, block: number): number {
  return Math.ceil(width / block);
}

/**
 * Whole rows to unsigned codes, each block of a row by its own scale: the layout of ONNX Runtime's MatMulNBits with
 * its default zero point. A last block that the row does not fill is padded with zeros.
 * @param values [rows, width].
 */
export function quantiseBlocks(values: Float32Array, width: number, block: number, bits: 4 | 8): QuantisedBlocks {
  const rows = values.length / width;
  const blocks = blocksOf(width, block);
  const bytes = (block * bits) / 8;
  const codes = new Uint8Array(rows * blocks * bytes).fill(bits === 4 ? 0x88 : 0x80);
  const scales = new Float32Array(rows * blocks);
  for (let r = 0; r < rows; r++) {
    for (let b = 0; b < blocks; b++) {
      const from = r * width + b * block;
      const to = Math.min(from + block, (r + 1) * width);
      const at = r * blocks + b;
      scales[at] = bits === 4
        ? quantiseBlock4(values, from, to, codes, at * bytes)
        : quantiseBlock8(values, from, to, codes, at * bytes);
    }
  }
  return { codes, scales };
}

/** @returns the block's scale; the codes go to `codes` from `at` on. */
function quantiseBlock8(values: Float32Array, from: number, to: number, codes: Uint8Array, at: number): number {
  let largest = 0;
  for (let i = from; i < to; i++) largest = Math.max(largest, Math.abs(values[i]!));
  const scale = Math.fround(largest / 127);
  if (scale !== 0) for (let i = from; i < to; i++) codes[at + i - from] = Math.round(values[i]! / scale) + 128;
  return scale;
}

function quantiseBlock4(values: Float32Array, from: number, to: number, codes: Uint8Array, at: number): number {
  // Codes reach from -8 to 7: the largest magnitude, whatever its sign, takes the longer side.
  let extreme = 0;
  for (let i = from; i < to; i++) if (Math.abs(values[i]!) > Math.abs(extreme)) extreme = values[i]!;
  const first = extreme / -8;
  if (first === 0) return 0;
  let [wq, qq] = [0, 0];
  for (let i = from; i < to; i++) {
    const q = Math.max(-8, Math.min(7, Math.round(values[i]! / first)));
    wq += values[i]! * q;
    qq += q * q;
    const byte = at + ((i - from) >> 1);
    codes[byte] = (i - from) & 1 ? (codes[byte]! & 0x0f) | ((q + 8) << 4) : (codes[byte]! & 0xf0) | (q + 8);
  }
  // Of all scales for these codes, the one with the least squared error.
  return Math.fround(wq / qq);
}
