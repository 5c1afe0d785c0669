// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { looksOutside, parseOutside } from './outside';

describe('what a model was not trained for', () => {
  const score = { weights: [1, -2], bias: 0.5 };

  it('is told by a line through the mean of the features', () => {
    // Two tokens with two values: means 1 and 0.5, so the score is 1 - 1 + 0.5, above zero.
    expect(looksOutside(new Float32Array([2, 0, 0, 1]), score)).toBe(true);
    expect(looksOutside(new Float32Array([2, 0, 0, 2]), score)).toBe(false);
  });
  it('is unknown without the file, and refused when the file does not fit', () => {
    expect(parseOutside(undefined, 2)).toBeUndefined();
    expect(parseOutside(score, 2)).toEqual(score);
    expect(() => parseOutside(score, 3)).toThrow(/outside\.json is damaged/);
    expect(() => parseOutside({ weights: ['a'], bias: 0 }, 1)).toThrow(/outside\.json is damaged/);
  });
});
