// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantiseBlocks4, quantiseBlocks8, quantiseRows, transposeInto, zeroBytes } from './quantise';

const matrix = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 70 })).chain(([rows, width]) =>
  fc.record({
    width: fc.constant(width),
    values: fc
      .array(fc.oneof(fc.float({ min: -100, max: 100, noNaN: true }), fc.constant(0)), {
        minLength: rows * width,
        maxLength: rows * width,
      })
      .map((v) => Float32Array.from(v)),
  }),
);

/** The largest error that rounding to codes of this step allows; the smallest floats cannot be scaled exactly. */
const bound = (scale: number) => Math.abs(scale) * 0.501 + 1e-36;

describe('weights in few bits', () => {
  it('rows of 8 bits are half a step off at most', () => {
    fc.assert(
      fc.property(matrix, ({ width, values }) => {
        const { codes, scales } = quantiseRows(values, width);
        for (const [i, value] of values.entries()) {
          const scale = scales[Math.floor(i / width)]!;
          expect(Math.abs(codes[i]! * scale - value)).toBeLessThanOrEqual(bound(scale));
        }
      }),
    );
  });

  it('blocks of 8 bits are half a step off at most, and padded with zeros', () => {
    fc.assert(
      fc.property(matrix, ({ width, values }) => {
        const { codes, scales } = quantiseBlocks8(values, width, 16);
        const blocks = Math.ceil(width / 16);
        for (let r = 0; r < values.length / width; r++) {
          for (let k = 0; k < blocks * 16; k++) {
            const scale = scales[r * blocks + Math.floor(k / 16)]!;
            const value = (codes[r * blocks * 16 + k]! - 128) * scale;
            const wanted = k < width ? values[r * width + k]! : 0;
            expect(Math.abs(value - wanted)).toBeLessThanOrEqual(bound(scale));
          }
        }
      }),
    );
  });

  /** The values that codes, scales and zero points represent, including padding. */
  function valuesOf(
    { codes, scales, zeros }: ReturnType<typeof quantiseBlocks4>,
    blocks: number,
    block: number,
  ): Float32Array {
    const nibble = (bytes: Uint8Array, i: number) => (bytes[i >> 1]! >> (4 * (i & 1))) & 15;
    return Float32Array.from({ length: scales.length * block }, (_, i) => {
      const at = Math.floor(i / block);
      const [row, column] = [Math.floor(at / blocks), at % blocks];
      return (nibble(codes, i) - nibble(zeros.subarray(row * zeroBytes(blocks)), column)) * scales[at]!;
    });
  }

  it('blocks of 4 bits are no further off than by steps over their whole range, and padded with zeros', () => {
    fc.assert(
      fc.property(matrix, ({ width, values }) => {
        const blocks = Math.ceil(width / 16);
        const made = valuesOf(quantiseBlocks4(values, width, 16), blocks, 16);
        for (let r = 0; r < values.length / width; r++) {
          for (let b = 0; b < blocks; b++) {
            const wanted = Float32Array.from({ length: 16 }, (_, i) =>
              b * 16 + i < width ? values[r * width + b * 16 + i]! : 0,
            );
            const got = made.subarray((r * blocks + b) * 16, (r * blocks + b + 1) * 16);
            const range = Math.max(0, ...wanted) - Math.min(0, ...wanted);
            const error = wanted.reduce((sum, v, i) => sum + (v - got[i]!) ** 2, 0);
            // Half a step each, and another half at the ends, because the zero point is an integer.
            expect(error).toBeLessThanOrEqual(16 * (range / 15) ** 2 + 1e-30);
            for (let i = 0; i < 16; i++) if (b * 16 + i >= width) expect(got[i]).toBe(0);
          }
        }
      }),
    );
  });

  it('blocks of 4 bits pack the first code low, and reach as far as their values do on each side', () => {
    const { codes, scales, zeros } = quantiseBlocks4(
      Float32Array.from({ length: 16 }, (_, i) => i - 3),
      16,
      16,
    );
    expect(scales).toEqual(Float32Array.of(1));
    expect([...zeros]).toEqual([3]);
    expect([...codes]).toEqual([0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe]);
  });

  it('blocks of 4 bits are finer than their whole range in equal steps, where most values lie near zero', () => {
    const values = Float32Array.from({ length: 1280 }, (_, i) =>
      [12.9, 78.2, 37.7, 93.9].reduce((sum, f) => sum + Math.sin((i + 1) * f), 0),
    );
    const made = valuesOf(quantiseBlocks4(values, 128, 128), 1, 128);
    let [error, whole] = [0, 0];
    for (let at = 0; at < values.length; at += 128) {
      const block = values.subarray(at, at + 128);
      const low = Math.min(...block);
      const step = (Math.max(...block) - low) / 15;
      block.forEach((v, i) => {
        error += (v - made[at + i]!) ** 2;
        whole += (v - (Math.round((v - low) / step) * step + low)) ** 2;
      });
    }
    expect(error).toBeLessThan(0.95 * whole);
  });

  it('a matrix is turned whatever its size', () => {
    for (const [rows, width] of [
      [1, 1],
      [3, 200],
      [130, 65],
    ] as const) {
      const codes = Int8Array.from({ length: rows * width }, (_, i) => i * 31);
      const columns = rows + 2;
      const target = new Int8Array(width * columns);
      transposeInto(codes, width, target, columns, 1);
      for (let r = 0; r < rows; r++)
        for (let k = 0; k < width; k++) expect(target[k * columns + 1 + r]).toBe(codes[r * width + k]);
    }
  });
});
