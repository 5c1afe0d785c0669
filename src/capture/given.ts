import type { CameraPose } from '../contract';
import { boundsCentre, boundsDiagonal, type Bounds } from './bounds';
import { column, type Matrix4 } from './pose';
import { add, dot, scale, subtract } from './vector';

/** A camera that was not planned here, with a point on its line of sight to orbit: beside the scene's middle, or ahead. */
export function givenPose(cameraToWorld: Matrix4, bounds: Bounds): CameraPose {
  const position = column(cameraToWorld, 3);
  const ahead = scale(column(cameraToWorld, 2), -1);
  const beside = dot(subtract(boundsCentre(bounds), position), ahead);
  const distance = Math.max(beside, 0.1 * boundsDiagonal(bounds), 1e-6);
  return { cameraToWorld: [...cameraToWorld], target: add(position, scale(ahead, distance)) };
}
