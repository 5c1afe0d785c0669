// SPDX-License-Identifier: Apache-2.0
/** The largest number that a pixel of a 16-bit picture holds. */
const MOST = 65_535;
/** With fewer steps than this a scene's depths would be coarse. */
const LEAST = 650;

/**
 * The unit in which depths are written as whole numbers, in scene units: a thousandth, so that a scene in metres has
 * millimetres, as programs expect; another power of ten where `deepest` would not fit, or would be but a few steps.
 */
export function depthUnit(deepest: number): number {
  if (deepest <= MOST / 1000 && deepest >= LEAST / 1000) return 0.001;
  const power = Math.ceil(Math.log10(deepest / MOST) - 1e-9);
  return power < 0 ? 1 / 10 ** -power : 10 ** power;
}

/** Depths in scene units as whole numbers of `unit`; 0 is nothing, so what is there is at least 1. */
export function depthSteps(depth: Float32Array, unit: number): Uint16Array<ArrayBuffer> {
  return Uint16Array.from(depth, (metres) => (metres > 0 ? Math.min(MOST, Math.max(1, Math.round(metres / unit))) : 0));
}
