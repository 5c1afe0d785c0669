// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { paced, type Progress } from './index';

it('tells of every step and of the end, and of little between', () => {
  const count = fc.integer({ min: 1, max: 200 });
  fc.assert(
    fc.property(fc.array(count, { minLength: 1, maxLength: 4 }), (totals) => {
      const told: Progress[] = [];
      const tell = paced((progress) => told.push(progress), Infinity);
      totals.forEach((total, k) =>
        Array.from({ length: total + 1 }, (_, done) => tell({ step: k % 2 ? 'decode' : 'index', done, total })),
      );
      expect(told.map(({ done, total }) => [done, total])).toEqual(
        totals.flatMap((total) => [
          [0, total],
          [total, total],
        ]),
      );
    }),
  );
});

it('tells again after a while', async () => {
  const told: number[] = [];
  const tell = paced(({ done }) => told.push(done), 5);
  tell({ step: 'index', done: 1, total: 9 });
  await new Promise((resolve) => setTimeout(resolve, 10));
  tell({ step: 'index', done: 2, total: 9 });
  expect(told).toEqual([1, 2]);
});
