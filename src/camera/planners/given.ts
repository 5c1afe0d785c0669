// SPDX-License-Identifier: Apache-2.0
import type { CameraPose } from '../../contract';
import { boundsCentre, boundsDiagonal, type Bounds } from '../bounds';
import { column, invertRigid, multiply, transformPoint, type Matrix4 } from '../pose';
import { add, dot, scale, subtract } from '../vector';

/**
 * A pose for a camera that was not planned here, with a point on its line of sight to orbit: the one nearest the
 * scene's middle, or one ahead.
 */
export function givenPose(cameraToWorld: Matrix4, bounds: Bounds): CameraPose {
  const position = column(cameraToWorld, 3);
  const ahead = scale(column(cameraToWorld, 2), -1);
  const beside = dot(subtract(boundsCentre(bounds), position), ahead);
  const distance = Math.max(beside, 0.1 * boundsDiagonal(bounds), 1e-6);
  return { cameraToWorld: [...cameraToWorld], target: add(position, scale(ahead, distance)) };
}

/** Converts a camera from a file's axes to those of the displayed scene. `fileToScene`: undefined means no change. */
export const cameraInScene = (cameraToFile: Matrix4, fileToScene: Matrix4 | undefined): Matrix4 =>
  fileToScene ? multiply(fileToScene, cameraToFile) : cameraToFile;

/** The inverse of `cameraInScene`. */
export const cameraInFile = (cameraToWorld: Matrix4, fileToScene: Matrix4 | undefined): Matrix4 =>
  fileToScene ? multiply(invertRigid(fileToScene), cameraToWorld) : cameraToWorld;

/**
 * The pose of a view in its scene as it is placed now. If the scene's origin differs from the one recorded with the view,
 * as in a comparison, the pose is shifted accordingly. Views without a recorded origin stay as they are.
 */
export function poseInScene(
  { pose, fileToScene: own }: { pose: CameraPose; fileToScene?: Matrix4 | undefined },
  now: Matrix4 | undefined,
): CameraPose {
  if (!own || own.join() === now?.join()) return pose;
  const target = transformPoint(invertRigid(own), pose.target);
  return {
    cameraToWorld: [...cameraInScene(cameraInFile(pose.cameraToWorld, own), now)],
    target: now ? transformPoint(now, target) : target,
  };
}
