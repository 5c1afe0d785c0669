// SPDX-License-Identifier: Apache-2.0
import type { CameraPose, Intrinsics, Vec3 } from '../contract';
import { boundsCorners, boundsDiagonal, type Bounds } from './bounds';
import { invertRigid, posePosition, transformPoint } from './pose';
import { length, subtract, toRadians } from './vector';

/**
 * Projects a world point. `x` and `y` run from -1 (left, bottom) to 1 (right, top); `depth` is the distance along the
 * line of sight in scene units, negative behind the camera.
 */
export function project(pose: CameraPose, intrinsics: Pick<Intrinsics, 'fovY' | 'width' | 'height'>, point: Vec3) {
  const [x, y, z] = transformPoint(invertRigid(pose.cameraToWorld), point);
  const t = Math.tan(toRadians(intrinsics.fovY) / 2);
  return { x: x / (-z * t * (intrinsics.width / intrinsics.height)), y: y / (-z * t), depth: -z };
}

/**
 * Near clipping distance as a fraction of the far one, at least: a wider span leaves a 24-bit depth buffer too coarse.
 */
const NEAREST_PART = 1 / 5000;

/** Clipping distances in scene units that keep the whole box in view from this pose. */
export function clipRange(pose: CameraPose, bounds: Bounds): { near: number; far: number } {
  const worldToCamera = invertRigid(pose.cameraToWorld);
  const depths = boundsCorners(bounds).map((corner) => -transformPoint(worldToCamera, corner)[2]);
  const reach = length(subtract(posePosition(pose), pose.target));
  const size = boundsDiagonal(bounds) || reach || 1;
  // A tenth of the box more on both sides, so that what lies on its faces is never clipped.
  const far = Math.max(Math.max(...depths) + 0.1 * size, 0.1 * size);
  const near = Math.max(Math.min(...depths) - 0.1 * size, far * NEAREST_PART);
  return { near, far };
}
