// SPDX-License-Identifier: Apache-2.0
/** The largest value of a pixel in a 16-bit picture. */
const MOST = 65_535;
/** The fewest steps for the depths of a scene: fewer would be too coarse. */
const LEAST = 650;

/**
 * The unit in which depths are stored as integers, in scene units: a thousandth, so that a scene in metres has
 * millimetres, as programs expect; another power of ten if `deepest` would not fit, or would be only a few steps.
 */
export function depthUnit(deepest: number): number {
  if (deepest <= MOST / 1000 && deepest >= LEAST / 1000) return 0.001;
  const power = Math.ceil(Math.log10(deepest / MOST) - 1e-9);
  return power < 0 ? 1 / 10 ** -power : 10 ** power;
}

/**
 * Depths in scene units as integer multiples of `unit`. 0 means that nothing is there, so other depths are at least 1.
 */
export function depthSteps(depth: Float32Array, unit: number): Uint16Array<ArrayBuffer> {
  return Uint16Array.from(depth, (metres) => (metres > 0 ? Math.min(MOST, Math.max(1, Math.round(metres / unit))) : 0));
}
