// SPDX-License-Identifier: Apache-2.0
// The same numbers on every run, for inputs whose values do not matter.

/** Floats from -1 to 1 with the mean zero. */
export function floats(length) {
  const out = new Float32Array(length);
  let state = 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    out[i] = state / 2147483648 - 1;
  }
  return out;
}

/** Whole numbers from `from` up to `to`, without it. */
export function tokens(length, from, to) {
  return Array.from(floats(length), (value) => from + Math.floor(((value + 1) / 2) * (to - from)));
}
