// SPDX-License-Identifier: Apache-2.0
import { Matrix4, Quaternion, Vector3 } from 'three';
import type { UpAxis, Vec3 } from '../../contract';

const AXES: Record<string, Vector3> = { x: new Vector3(1, 0, 0), y: new Vector3(0, 1, 0), z: new Vector3(0, 0, 1) };

/** The rotation that brings this axis of a file to y. For an upside-down file that is half a turn about x. */
export function turnUp(up: UpAxis): Quaternion {
  if (up === '-y') return new Quaternion(1, 0, 0, 0);
  const axis = AXES[up.at(-1)!]!.clone().multiplyScalar(up.startsWith('-') ? -1 : 1);
  return new Quaternion().setFromUnitVectors(axis, AXES['y']!);
}

/**
 * From a file's own axes to the scene turned upright and relative to `origin`, row-major 4x4; undefined if they are the
 * same.
 */
export function fileToScene(up: UpAxis, origin: Vec3): number[] | undefined {
  if (up === 'y' && origin.every((n) => n === 0)) return undefined;
  // Rotations by quarter turns have whole numbers.
  const turn = new Matrix4().makeRotationFromQuaternion(turnUp(up)).toArray().map(Math.round);
  return new Matrix4()
    .fromArray(turn)
    .multiply(new Matrix4().makeTranslation(new Vector3(...origin).negate()))
    .transpose()
    .toArray()
    .map((n) => n || 0); // not -0
}
