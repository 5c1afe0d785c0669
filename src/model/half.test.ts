// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bfloatToFloat, floatToHalf, halfToFloat } from './half';

const half = (value: number) => halfToFloat(floatToHalf(Float32Array.of(value)))[0];

describe('half floats', () => {
  it('have IEEE values', () => {
    const bits = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x7c00, 0xfc00, 0x8000);
    expect([...halfToFloat(bits)]).toEqual([1, -2, 65504, 2 ** -24, 2 ** -14, Infinity, -Infinity, -0]);
    expect(halfToFloat(Uint16Array.of(0x7e00))[0]).toBeNaN();
  });

  it('round to nearest, ties to even', () => {
    expect(half(1 + 2 ** -11)).toBe(1);
    expect(half(1 + 3 * 2 ** -11)).toBe(1 + 2 ** -9);
    expect(half(2 ** -25)).toBe(0);
    expect(half(3 * 2 ** -25)).toBe(2 ** -23);
    expect(half(65519)).toBe(65504);
    expect(half(65520)).toBe(Infinity);
    expect(half(2 ** -14 - 2 ** -26)).toBe(2 ** -14); // the rounding carries from subnormal to normal
  });

  it('every bit pattern survives the way there and back', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const back = floatToHalf(halfToFloat(all));
    for (let i = 0; i < 65536; i++) {
      const isNaN = (i & 0x7c00) === 0x7c00 && (i & 0x3ff) !== 0;
      if (!isNaN) expect(back[i]).toBe(i);
    }
  });

  it('are the nearest there are', () => {
    const values = [...halfToFloat(Uint16Array.from({ length: 0x7c00 }, (_, i) => i))];
    fc.assert(
      fc.property(fc.float({ min: 0, max: 65504, noNaN: true }), (x) => {
        const got = half(x)!;
        const index = values.indexOf(got);
        const neighbours = [values[index - 1] ?? got, values[index + 1] ?? got];
        for (const n of neighbours) expect(Math.abs(got - x)).toBeLessThanOrEqual(Math.abs(n - x));
      }),
    );
  });

  it('bfloat16 is the upper half of a float', () => {
    expect([...bfloatToFloat(Uint16Array.of(0x3f80, 0xc000, 0x4049, 0x7f80))]).toEqual([1, -2, 3.140625, Infinity]);
  });
});
