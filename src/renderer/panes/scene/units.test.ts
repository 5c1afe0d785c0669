// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LengthUnit } from '../../../contract';
import { formatLength, inShown, usualUnits } from './units';

it('knows the lengths of its units', () => {
  expect(inShown(1, { file: 'ft', shown: 'in' })).toBeCloseTo(12, 12);
  expect(inShown(1, { file: 'm', shown: 'ft' })).toBeCloseTo(3.280839895, 9);
  expect(inShown(2.5, { file: 'cm', shown: 'mm' })).toBeCloseTo(25, 12);
  expect(usualUnits('glb')).toEqual({ file: 'm', shown: 'm' });
  expect(usualUnits('stl').file).toBe('mm');
});

it('comes back to the same length by any other unit', () => {
  const unit = fc.constantFrom(...LengthUnit.options);
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), unit, unit, (length, file, shown) => {
      const back = inShown(inShown(length, { file, shown }), { file: shown, shown: file });
      expect(Math.abs(back / length - 1)).toBeLessThan(1e-12);
    }),
  );
});

it('writes four digits that count', () => {
  const m = { file: 'm', shown: 'm' } as const;
  expect([1.23456, 12344.9, 0.00123456, 0, 1e-9].map((length) => formatLength(length, m))).toEqual([
    '1.235',
    '12,340',
    '0.001235',
    '0',
    '1.000e-9',
  ]);
});
