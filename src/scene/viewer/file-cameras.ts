// SPDX-License-Identifier: Apache-2.0
import { Matrix4, Quaternion, Vector3, type Object3D, type PerspectiveCamera } from 'three';
import { cameraInScene, givenPose, type PosedPicture } from '../../camera';
import type { Camera, GivenCamera } from '../../contract';
import type { LoadedScene } from '../load/load';

/** Pictures of the file's cameras are this high unless another size is asked for; their shape is the file's. */
const HEIGHT = 768;

/** The cameras that come with a scene, in its file's order. A camera in a mirrored or flattened place is none. */
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

/** A camera that another file holds, as it stands in this scene. */
export function givenCamera(
  { cameraToWorld, intrinsics: { fovY } }: PosedPicture,
  { bounds, facts }: Pick<LoadedScene, 'bounds' | 'facts'>,
): Camera {
  return { pose: givenPose(cameraInScene(cameraToWorld, facts.fileToScene), bounds), fovY };
}
