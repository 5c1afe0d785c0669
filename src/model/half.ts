// SPDX-License-Identifier: Apache-2.0
/**
 * The 16-bit floats of checkpoints and of fp16 graphs, to and from 32 bits. Pure. Node 20 has no Float16Array,
 * so half floats travel as their bit patterns in a Uint16Array.
 */

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/**
 * The value of every half float, indexed by its bits: 256 KB, made at first use; a lookup is faster than arithmetic for
 * large tensors.
 */
let halfTable: Float32Array | undefined;

function halfValues(): Float32Array {
  if (halfTable) return halfTable;
  const table = new Float32Array(65536);
  for (let h = 0; h < 65536; h++) {
    const sign = h & 0x8000 ? -1 : 1;
    const exponent = (h >> 10) & 31;
    const fraction = h & 1023;
    if (exponent === 31) table[h] = fraction ? NaN : sign * Infinity;
    else if (exponent === 0) table[h] = sign * fraction * 2 ** -24;
    else table[h] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  halfTable = table;
  return table;
}

/** IEEE half floats (bit patterns) to floats; same length. */
export function halfToFloat(half: Uint16Array): Float32Array {
  const table = halfValues();
  const out = new Float32Array(half.length);
  for (let i = 0; i < half.length; i++) out[i] = table[half[i]!]!;
  return out;
}

/** bfloat16 (bit patterns) to floats; same length, exact. */
export function bfloatToFloat(bfloat: Uint16Array): Float32Array {
  const out = new Float32Array(bfloat.length);
  const outBits = new Uint32Array(out.buffer);
  for (let i = 0; i < bfloat.length; i++) outBits[i] = bfloat[i]! << 16;
  return out;
}

/** Floats to IEEE half floats (bit patterns), rounded to nearest even, as the hardware does. */
export function floatToHalf(values: Float32Array): Uint16Array {
  const out = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) out[i] = halfBits(values[i]!);
  return out;
}

function halfBits(value: number): number {
  float[0] = value;
  const x = bits[0]!;
  const sign = (x >>> 16) & 0x8000;
  const magnitude = x & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds past 65504
  if (magnitude < 0x38800000) {
    // Subnormal halves are multiples of 2^-24; scaling is exact, so this is the only rounding.
    const scaled = Math.abs(value) * 2 ** 24;
    const floor = Math.floor(scaled);
    const rest = scaled - floor;
    return sign | (rest > 0.5 || (rest === 0.5 && floor & 1) ? floor + 1 : floor);
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}
