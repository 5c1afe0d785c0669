// SPDX-License-Identifier: Apache-2.0
export interface Jumps {
  jump: number;
  min: number;
  max: number;
}

/** The first multiple of `jump` at or beyond `stepped` in this direction, within the bounds. */
export function jumped(stepped: number, direction: 1 | -1, { jump, min, max }: Jumps): number {
  const slack = 1e-6; // 0.3 / 0.1 is slightly less than 3
  const multiple = direction > 0 ? Math.ceil(stepped / jump - slack) : Math.floor(stepped / jump + slack);
  return Number(Math.min(max, Math.max(min, multiple * jump)).toFixed(6));
}
