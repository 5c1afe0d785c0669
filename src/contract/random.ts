// SPDX-License-Identifier: Apache-2.0
/** A source of uniform random numbers in [0, 1). */
export type Random = () => number;

/**
 * Random numbers that depend on the seed alone and are the same on every machine: mulberry32, with 32 bits of state.
 * Receipts record the seed, so that an answer or a capture can be repeated.
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
