// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, it } from 'vitest';
import golden from './golden/tiles.json';
import { chooseGrid, cutTile } from './tiles';

it('divides as transformers does', () => {
  expect(golden.map(([side, width, height]) => chooseGrid({ width: width!, height: height! }, side!))).toEqual(
    golden.map(([, , , columns, rows]) => ({ columns, rows })),
  );
});

it('leaves alone what the model sees whole', () => {
  expect(chooseGrid({ width: 384, height: 384 }, 384)).toBeUndefined();
  expect(chooseGrid({ width: 385, height: 384 }, 384)).toBeDefined();
});

it('cuts parts that are the whole again, side by side', () => {
  const grid = fc.record({ columns: fc.integer({ min: 1, max: 3 }), rows: fc.integer({ min: 1, max: 3 }) });
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 20 }),
      fc.integer({ min: 3, max: 20 }),
      grid,
      (width, height, { columns, rows }) => {
        const image = { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, i) => i) };
        const whole: number[] = [];
        for (let row = 0; row < rows; row++) {
          const tiles = Array.from({ length: columns }, (_, column) => cutTile(image, { columns, rows }, column, row));
          for (let y = 0; y < tiles[0]!.height; y++)
            for (const { width: w, data } of tiles) whole.push(...data.subarray(y * w * 3, (y + 1) * w * 3));
        }
        expect(Uint8Array.from(whole)).toEqual(image.data);
      },
    ),
  );
});
