import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantiseBlocks, quantiseRows, transposeInto } from './quantise';

const matrix = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 70 }))
  .chain(([rows, width]) =>
    fc.record({
      width: fc.constant(width),
      values: fc
        .array(fc.oneof(fc.float({ min: -100, max: 100, noNaN: true }), fc.constant(0)), { minLength: rows * width, maxLength: rows * width })
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
        const { codes, scales } = quantiseBlocks(values, width, 16, 8);
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

  it('blocks of 4 bits pack the first code low, give the extreme the longer side, and fit the scale to the codes', () => {
    const { codes, scales } = quantiseBlocks(Float32Array.of(8, -7, 4, 0, 1, -1, 2, -4), 8, 16, 4);
    expect(scales).toEqual(Float32Array.of(-1));
    expect([...codes]).toEqual([0xf0, 0x84, 0x97, 0xc6, 0x88, 0x88, 0x88, 0x88]);
    const values = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i * 12.9898) * (i % 7));
    const quantised = quantiseBlocks(values, 64, 32, 4);
    let error = 0;
    for (const [i, value] of values.entries()) {
      const code = (quantised.codes[i >> 1]! >> (4 * (i & 1))) & 15;
      error += ((code - 8) * quantised.scales[i >> 5]! - value) ** 2;
    }
    expect(Math.sqrt(error / values.reduce((sum, v) => sum + v * v, 0))).toBeLessThan(0.08);
  });

  it('a matrix is turned whatever its size', () => {
    for (const [rows, width] of [[1, 1], [3, 200], [130, 65]] as const) {
      const codes = Int8Array.from({ length: rows * width }, (_, i) => i * 31);
      const columns = rows + 2;
      const target = new Int8Array(width * columns);
      transposeInto(codes, width, target, columns, 1);
      for (let r = 0; r < rows; r++) for (let k = 0; k < width; k++) expect(target[k * columns + 1 + r]).toBe(codes[r * width + k]);
    }
  });
});
