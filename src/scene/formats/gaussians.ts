// SPDX-License-Identifier: Apache-2.0
import type { BufferGeometry } from 'three';
import {
  createGaussianSplatGeometry,
  createPackedSphericalHarmonicsBand,
  SH_BAND_WORDS,
  writeColorBytesFromSH0,
  writeCovariance,
} from 'three/addons/utils/GaussianSplatUtils.js';

export type Degree = 0 | 1 | 2 | 3;

/** Spherical-harmonics coefficients of each colour up to a degree, without the constant one. */
export const COEFFICIENTS = [0, 3, 8, 15] as const;

/** Collects Gaussians one by one into the kind of geometry that three's own loaders make. */
export class Gaussians {
  private readonly centres: Float32Array;
  private readonly spreads: Float32Array;
  private readonly colours: Uint8ClampedArray;
  private readonly bands: { packed: Uint32Array; bytes: Uint8ClampedArray }[];

  constructor(count: number, degree: Degree) {
    this.centres = new Float32Array(3 * count);
    this.spreads = new Float32Array(6 * count);
    this.colours = new Uint8ClampedArray(4 * count);
    this.bands = [1, 2, 3].slice(0, degree).map((band) => createPackedSphericalHarmonicsBand(count, band));
  }

  place(k: number, x: number, y: number, z: number): void {
    this.centres[3 * k] = x;
    this.centres[3 * k + 1] = y;
    this.centres[3 * k + 2] = z;
  }

  /** Sets the half axes (lengths, not logarithms) and the rotation as a quaternion. */
  shape(k: number, sx: number, sy: number, sz: number, qx: number, qy: number, qz: number, qw: number): void {
    writeCovariance(this.spreads, 6 * k, sx, sy, sz, qx, qy, qz, qw);
  }

  /** Sets the constant coefficients; opacity is from 0 to 1. */
  colour(k: number, r: number, g: number, b: number, opacity: number): void {
    writeColorBytesFromSH0(this.colours, 4 * k, r, g, b, opacity);
  }

  /** Sets one of the `COEFFICIENTS`, counted from 0, for each colour. */
  side(k: number, coefficient: number, r: number, g: number, b: number): void {
    const band = coefficient < 3 ? 0 : coefficient < 8 ? 1 : 2;
    const { bytes } = this.bands[band]!;
    const at = 4 * SH_BAND_WORDS[band + 1]! * k + 3 * (coefficient - COEFFICIENTS[band]);
    bytes[at] = 128 * r + 128;
    bytes[at + 1] = 128 * g + 128;
    bytes[at + 2] = 128 * b + 128;
  }

  geometry(): BufferGeometry {
    const [sh1, sh2, sh3] = this.bands.map(({ packed }) => packed);
    return createGaussianSplatGeometry(this.centres, this.spreads, this.colours, { sh1, sh2, sh3 });
  }
}
