// SPDX-License-Identifier: Apache-2.0
import { Matrix4, Quaternion, Vector3, type Object3D, type PerspectiveCamera } from 'three';
import { cameraInScene, givenPose, type PosedPicture } from '../../camera';
import type { Camera, GivenCamera } from '../../contract';
import type { LoadedScene } from '../load/load';

/** Default height of pictures from the file's cameras, pixels; the aspect is the file's. */
const HEIGHT = 768;

/** The cameras in a scene's file, in order. Cameras with a mirroring or degenerate transform are left out. */
export function fileCameras(root: Object3D): GivenCamera[] {
  const found: GivenCamera[] = [];
  root.updateMatrixWorld(true);
  root.traverse((object) => {
    const camera = object as PerspectiveCamera;
    if (!camera.isPerspectiveCamera || camera.matrixWorld.determinant() <= 1e-12) return;
    const [position, turn, size] = [new Vector3(), new Quaternion(), new Vector3()];
    camera.matrixWorld.decompose(position, turn, size);
    const place = new Matrix4().compose(position, turn, new Vector3(1, 1, 1));
    const width = Math.max(1, Math.round(HEIGHT * (camera.aspect || 1)));
    found.push({ cameraToWorld: place.transpose().toArray(), fovY: Math.min(179, camera.fov), width, height: HEIGHT });
  });
  return found;
}

/** A camera from a separate file, in the coordinates of this scene. */
export function givenCamera(
  { cameraToWorld, intrinsics: { fovY } }: PosedPicture,
  { bounds, facts }: Pick<LoadedScene, 'bounds' | 'facts'>,
): Camera {
  return { pose: givenPose(cameraInScene(cameraToWorld, facts.fileToScene), bounds), fovY };
}
