// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rowSum, withBitRepaired, type SumValue } from './row-sum';

const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 });

it('finds any flipped bit of a row and puts it right', () => {
  fc.assert(
    fc.property(bytes, fc.option(bytes), bytes, fc.nat(), (first, second, third, where) => {
      const values: SumValue[] = [first, second, third];
      const sum = rowSum('message', values);
      const k = where % 2 === 0 ? 0 : 2;
      const flipped = Uint8Array.from(values[k]!);
      flipped[where % flipped.length]! ^= 1 << (where % 8);
      const damaged = values.with(k, flipped);
      expect(rowSum('message', damaged)).not.toBe(sum);
      expect(withBitRepaired('message', damaged, sum, [0, 2])).toEqual(values);
      expect(withBitRepaired('message', damaged, sum, [1])).toBeUndefined(); // the damaged value is not among those searched
    }),
  );
});

it('tells values and tables apart that hold the same bytes', () => {
  const [a, b] = [Buffer.from('a'), Buffer.from('b')];
  const sums = [
    rowSum('t', [a, b]),
    rowSum('t', [Buffer.from('ab'), null]),
    rowSum('t', [Buffer.alloc(0), Buffer.from('ab')]),
    rowSum('s', [a, b]),
  ];
  expect(new Set(sums).size).toBe(4);
});
