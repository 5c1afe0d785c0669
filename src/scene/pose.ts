// SPDX-License-Identifier: Apache-2.0
import { Matrix4, Vector3, type PerspectiveCamera } from 'three';
import type { CameraPose, Intrinsics, Vec3 } from '../contract';

/** three stores matrices column-major; a `CameraPose` is row-major in the same OpenGL axes. */

export function cameraPose(camera: PerspectiveCamera, target: Vector3): CameraPose {
  camera.updateMatrixWorld();
  return { cameraToWorld: camera.matrixWorld.clone().transpose().toArray(), target: vec3(target) };
}

/** Sets the camera exactly: uses the matrix itself instead of a rotation derived from it. */
export function placeCamera(camera: PerspectiveCamera, pose: CameraPose, intrinsics: Intrinsics): void {
  camera.fov = intrinsics.fovY;
  camera.aspect = intrinsics.width / intrinsics.height;
  camera.near = intrinsics.near;
  camera.far = intrinsics.far;
  camera.updateProjectionMatrix();
  camera.matrixAutoUpdate = false;
  camera.matrix.fromArray(pose.cameraToWorld).transpose();
  camera.matrix.decompose(camera.position, camera.quaternion, camera.scale);
  camera.updateMatrixWorld(true);
}

export const poseMatrix = (pose: CameraPose): Matrix4 => new Matrix4().fromArray(pose.cameraToWorld).transpose();
export const vec3 = (v: Vector3): Vec3 => [v.x, v.y, v.z];
export const vector = (v: Vec3): Vector3 => new Vector3(...v);
