// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { chunkLength, layerGroups } from './prefill-plan';

describe('the length of a run', () => {
  it('is what is asked while the scores are small, and shorter as they grow', () => {
    expect(chunkLength(16, 1024)).toBe(512);
    expect(chunkLength(16, 1024, 16)).toBe(16);
    const lengths = [2048, 4096, 12_288, 32_768].map((room) => chunkLength(16, room));
    expect(lengths).toEqual([512, 256, 80, 32]);
    for (const [i, room] of [2048, 4096, 12_288, 32_768].entries())
      expect(4 * 16 * room * lengths[i]!).toBeLessThanOrEqual(64 << 20);
  });

  it('is never so short that nothing but overhead is left', () => {
    expect(chunkLength(64, 1 << 20)).toBe(32);
    expect(chunkLength(64, 1 << 20, 8)).toBe(8);
  });
});

describe('groups of layers', () => {
  it('are all layers, once each, within the limit or one by one', () => {
    expect(layerGroups(24, 10, 240)).toEqual([{ from: 0, to: 24 }]);
    expect(layerGroups(24, 10, 1000)).toEqual([{ from: 0, to: 24 }]);
    expect(layerGroups(5, 10, 25)).toEqual([
      { from: 0, to: 2 },
      { from: 2, to: 4 },
      { from: 4, to: 5 },
    ]);
    expect(layerGroups(3, 10, 0)).toEqual([
      { from: 0, to: 1 },
      { from: 1, to: 2 },
      { from: 2, to: 3 },
    ]);
  });
});
