// SPDX-License-Identifier: Apache-2.0
import type { CameraPose, Vec3 } from '../contract';
import { cross, dot, length, normalize, scale, subtract } from './vector';

/**
 * Camera poses and their conventions. Zoetrope's own is `CameraPose.cameraToWorld`: row-major 4x4, OpenGL axes
 * (x right, y up, looking along -z), so its columns are the camera's right, up, backward and position in the world.
 */

/** A row-major 4x4 matrix, 16 numbers. */
export type Matrix4 = readonly number[];

/** A unit quaternion in the order x, y, z, w. */
export type Quaternion = [number, number, number, number];

const WORLD_UP: Vec3 = [0, 1, 0];

/** Column 0..3 of a row-major matrix, its top three numbers. */
export function column(matrix: Matrix4, index: 0 | 1 | 2 | 3): Vec3 {
  return [matrix[index] ?? 0, matrix[4 + index] ?? 0, matrix[8 + index] ?? 0];
}

function fromColumns(right: Vec3, up: Vec3, backward: Vec3, position: Vec3): number[] {
  return [
    right[0], up[0], backward[0], position[0],
    right[1], up[1], backward[1], position[1],
    right[2], up[2], backward[2], position[2],
    0, 0, 0, 1,
  ]; // prettier-ignore
}

/**
 * A camera at `position` that looks at `target`, with `up` as close to upwards as possible. Looking straight along `up`
 * leaves the roll undefined: world z (or x) is then used, so that the result is always the same.
 */
export function lookAtPose(position: Vec3, target: Vec3, up: Vec3 = WORLD_UP): CameraPose {
  const away = subtract(position, target);
  const backward = length(away) > 0 ? normalize(away) : ([0, 0, 1] as Vec3);
  let right = cross(up, backward);
  if (length(right) < 1e-6 * Math.max(length(up), 1e-300)) {
    const spare: Vec3 = Math.abs(backward[2]) < 0.9 ? [0, 0, -Math.sign(dot(up, backward)) || -1] : [1, 0, 0];
    right = cross(spare, backward);
  }
  right = normalize(right);
  return {
    cameraToWorld: fromColumns(right, cross(backward, right), backward, position),
    target: [...target],
  };
}

export const posePosition = (pose: CameraPose): Vec3 => column(pose.cameraToWorld, 3);

/** World to camera: the inverse of a rigid matrix (rotation transposed, position turned and negated). */
export function invertRigid(matrix: Matrix4): number[] {
  const x = column(matrix, 0);
  const y = column(matrix, 1);
  const z = column(matrix, 2);
  const position = column(matrix, 3);
  return [...x, -dot(x, position), ...y, -dot(y, position), ...z, -dot(z, position), 0, 0, 0, 1];
}

/** The product of two row-major matrices of three rows and (0, 0, 0, 1). */
export function multiply(a: Matrix4, b: Matrix4): number[] {
  const columns = ([0, 1, 2, 3] as const).map((k) => {
    const [x, y, z] = column(b, k);
    const row = (at: number): number => a[at]! * x + a[at + 1]! * y + a[at + 2]! * z + (k === 3 ? a[at + 3]! : 0);
    return [row(0), row(4), row(8)];
  });
  return [...[0, 1, 2].flatMap((row) => columns.map((values) => values[row]!)), 0, 0, 0, 1];
}

/** Transforms a point by a row-major matrix (w = 1). */
export function transformPoint(matrix: Matrix4, point: Vec3): Vec3 {
  const row = (at: number): number =>
    (matrix[at] ?? 0) * point[0] +
    (matrix[at + 1] ?? 0) * point[1] +
    (matrix[at + 2] ?? 0) * point[2] +
    (matrix[at + 3] ?? 0);
  return [row(0), row(4), row(8)];
}

/**
 * Converts OpenGL (x right, y up, looking along -z) to OpenCV (x right, y down, looking along +z), or back: the
 * camera's y and z axes change sign, the position stays. The conversion is its own inverse.
 */
export function flipConvention(cameraToWorld: Matrix4): number[] {
  return fromColumns(
    column(cameraToWorld, 0),
    scale(column(cameraToWorld, 1), -1),
    scale(column(cameraToWorld, 2), -1),
    column(cameraToWorld, 3),
  );
}

/** A camera in COLMAP's convention: world to camera in OpenCV axes. */
export const toWorldToCameraCv = (cameraToWorld: Matrix4): number[] => invertRigid(flipConvention(cameraToWorld));
export const fromWorldToCameraCv = (worldToCamera: Matrix4): number[] => flipConvention(invertRigid(worldToCamera));

/** The pose as a position and a rotation, as three.js stores a camera. `w` is never negative. */
export function toPositionQuaternion(cameraToWorld: Matrix4): { position: Vec3; quaternion: Quaternion } {
  const m = (row: number, col: number): number => cameraToWorld[row * 4 + col] ?? 0;
  const [xx, yy, zz] = [m(0, 0), m(1, 1), m(2, 2)];
  // Four times the square of each component; dividing by the largest avoids divisions near zero.
  const squares = [1 + xx - yy - zz, 1 - xx + yy - zz, 1 - xx - yy + zz, 1 + xx + yy + zz];
  const largest = squares.indexOf(Math.max(...squares));
  const sums = [m(2, 1) - m(1, 2), m(0, 2) - m(2, 0), m(1, 0) - m(0, 1)] as const;
  const xy = m(0, 1) + m(1, 0);
  const xz = m(0, 2) + m(2, 0);
  const yz = m(1, 2) + m(2, 1);
  const s = squares[largest] ?? 0;
  const rows: Quaternion[] = [
    [s, xy, xz, sums[0]],
    [xy, s, yz, sums[1]],
    [xz, yz, s, sums[2]],
    [sums[0], sums[1], sums[2], s],
  ];
  const raw = rows[largest] ?? [0, 0, 0, 1];
  const size = Math.hypot(...raw) * (raw[3] < 0 ? -1 : 1);
  return {
    position: column(cameraToWorld, 3),
    quaternion: [raw[0] / size, raw[1] / size, raw[2] / size, raw[3] / size],
  };
}

/** The inverse of `toPositionQuaternion`. */
export function fromPositionQuaternion(position: Vec3, quaternion: Quaternion): number[] {
  const [x, y, z, w] = quaternion;
  return fromColumns(
    [1 - 2 * (y * y + z * z), 2 * (x * y + z * w), 2 * (x * z - y * w)],
    [2 * (x * y - z * w), 1 - 2 * (x * x + z * z), 2 * (y * z + x * w)],
    [2 * (x * z + y * w), 2 * (y * z - x * w), 1 - 2 * (x * x + y * y)],
    position,
  );
}
