// SPDX-License-Identifier: Apache-2.0
/**
 * What a scene may take, by what its files weigh. A few kilobytes that ask for a gigabyte are a trap; hundreds of
 * megabytes that do are a large scene.
 */
export interface Allowance {
  /** Time to read it beside the page, milliseconds. */
  ms: number;
  /** By how many bytes the page's process may grow while it is read. */
  growth: number;
  /** Bytes of what is drawn: vertices, indices, instances, morph targets. */
  drawn: number;
  /** Triangles, lines and points in one picture. */
  primitives: number;
  /** Pixels of all textures as they are shown, and as they are stored. */
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
