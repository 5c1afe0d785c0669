// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { parseGoodFor } from './good-for';

it('reads how many pictures a model is good for, and refuses a damaged file', () => {
  expect(parseGoodFor({ pictures: 8, frames: 64 })).toEqual({ pictures: 8, frames: 64 });
  expect(parseGoodFor(undefined)).toBeNull();
  for (const damaged of ['8', {}, { pictures: 0, frames: 4 }, { pictures: 8 }])
    expect(() => parseGoodFor(damaged)).toThrow(/good_for\.json is damaged/);
});
