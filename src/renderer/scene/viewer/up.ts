import { Quaternion, Vector3 } from 'three';
import type { UpAxis } from '../../../contract';

const AXES: Record<string, Vector3> = { x: new Vector3(1, 0, 0), y: new Vector3(0, 1, 0), z: new Vector3(0, 0, 1) };

/** The turn that brings this axis of a file upright, to y. Upside down is half a turn about x. */
export function turnUp(up: UpAxis): Quaternion {
  if (up === '-y') return new Quaternion(1, 0, 0, 0);
  const axis = AXES[up.at(-1)!]!.clone().multiplyScalar(up.startsWith('-') ? -1 : 1);
  return new Quaternion().setFromUnitVectors(axis, AXES['y']!);
}
