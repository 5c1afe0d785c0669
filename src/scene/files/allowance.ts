// SPDX-License-Identifier: Apache-2.0
/**
 * What a scene may use, in proportion to the size of its files. A few kilobytes that ask for a gigabyte are an attack;
 * hundreds of megabytes that do are a large scene.
 */
export interface Allowance {
  /** Time limit for reading it in a worker, milliseconds. */
  ms: number;
  /** Limit on the growth of the page's process while it is read, bytes. */
  growth: number;
  /** Bytes of the geometry that is drawn: vertices, indices, instances, morph targets. */
  drawn: number;
  /** Triangles, lines and points in one picture. */
  primitives: number;
  /** Total pixels of all textures, as shown and as stored. */
  shownPixels: number;
  storedPixels: number;
}

const MB = 2 ** 20;

export function allowanceFor(bytes: number): Allowance {
  return {
    ms: Math.min(6_000 + (500 * bytes) / MB, 180_000),
    growth: 400 * MB + 8 * bytes,
    drawn: Math.min(256 * MB + 16 * bytes, 1024 * MB),
    primitives: Math.min(4_000_000 + bytes, 30_000_000),
    shownPixels: Math.min(64 * MB + 8 * bytes, 256 * MB),
    storedPixels: Math.min(256 * MB + 8 * bytes, 512 * MB),
  };
}
