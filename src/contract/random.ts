// SPDX-License-Identifier: Apache-2.0
/** Uniform numbers in [0, 1). */
export type Random = () => number;

/**
 * Numbers that depend on the seed alone, the same on every machine: mulberry32, with 32 bits of state. Receipts name the
 * seed, so that an answer or a capture can be had again.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
