// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError, type Sentence } from '../../contract';
import { isPlace } from '../bounds';
import { lensIntrinsics, type Lens } from '../lens';
import type { Matrix4 } from '../pose';
import { column } from '../pose';
import type { PosedPicture } from './pose-files';
import { cross, dot, length, normalize } from '../vector';

/** What all readers of poses share: the error, and checks of numbers and matrices. */

export function badPoses(file: string, what: Sentence, detail?: string): ZoetropeError {
  return new ZoetropeError(
    'poses-unreadable',
    say`${file} ${what}.`,
    say`Write the camera poses again with the program they came from.`,
    detail,
  );
}

/** The numbers in a text, or null if a word is not a number. */
export function numbers(words: readonly string[]): number[] | null {
  const values = words.map(Number);
  return words.length > 0 && values.every(Number.isFinite) && !words.includes('') ? values : null;
}

export const words = (line: string): string[] => line.trim().split(/\s+/);

/** A row-major camera-to-world matrix without its scale; null unless its axes can be those of a camera. */
export function rigid(matrix: readonly number[]): Matrix4 | null {
  if (matrix.length !== 16 || !matrix.every(Number.isFinite)) return null;
  const axes = ([0, 1, 2] as const).map((k) => column(matrix, k));
  // Axes of length 1 stay bit-identical, so that a file that we wrote is read unchanged.
  const unit = (axis: (typeof axes)[0]): (typeof axes)[0] =>
    Math.abs(length(axis) - 1) < 1e-9 ? axis : normalize(axis);
  const [x, y, z] = axes.map(unit) as [(typeof axes)[0], (typeof axes)[0], (typeof axes)[0]];
  if (axes.some((axis) => length(axis) < 1e-9)) return null;
  // Axes must be right-handed and orthogonal: a mirrored or sheared camera is not valid.
  if (dot(cross(x, y), z) < 0.99) return null;
  const [px, py, pz] = column(matrix, 3);
  if (!isPlace(px, py, pz)) return null;
  return [x[0], y[0], z[0], px, x[1], y[1], z[1], py, x[2], y[2], z[2], pz, 0, 0, 0, 1];
}

export function posedPicture(file: string, cameraToWorld: Matrix4, lens: Lens | Panorama): PosedPicture {
  if ('fx' in lens) return { file, cameraToWorld, intrinsics: lensIntrinsics(lens), lens };
  const edge = lens.height / 2; // a quarter of the full circle, at the picture's own resolution
  return { file, cameraToWorld, intrinsics: { fovY: 90, width: edge, height: edge }, panorama: true };
}

/** A full panorama, twice as wide as high. */
export interface Panorama {
  height: number;
}

/** A panorama of this height in pixels, or null if the height is invalid. */
export const panorama = (height: number): Panorama | null => (height >= 2 && isPlace(height) ? { height } : null);

/** Limits of the vertical angle of view with which a picture can be drawn, in degrees. */
const NARROWEST = 0.01;
const WIDEST = 179;

/** Whether the values of a lens are possible. */
export function isLens(lens: Lens): boolean {
  const { fovY } = lensIntrinsics(lens);
  return (
    [lens.fx, lens.fy, lens.width, lens.height].every((n) => n > 0 && isPlace(n)) &&
    fovY > NARROWEST &&
    fovY <= WIDEST &&
    isPlace(lens.cx, lens.cy)
  );
}
