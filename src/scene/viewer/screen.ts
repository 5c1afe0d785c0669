// SPDX-License-Identifier: Apache-2.0
import { Raycaster, Vector2, type Object3D, type PerspectiveCamera, type Vector3 } from 'three';
import { VIEW_FOV } from '../../camera';
import type { Vec3 } from '../../contract';
import { vector } from '../pose';

/** x to the right, y down. */
export type Vec2 = [number, number];

/** The canvas's size on the page, CSS pixels. */
interface Size {
  width: number;
  height: number;
}

/** The vertical field of view on screen, degrees, at which the largest square in the middle spans `fovY`. */
export function screenFov(aspect: number, fovY: number = VIEW_FOV): number {
  if (aspect >= 1) return fovY;
  return (Math.atan(Math.tan((fovY * Math.PI) / 360) / aspect) * 360) / Math.PI;
}

/** The ray from the eye through a point of the canvas, in CSS pixels from its top left corner. */
export function rayAt(x: number, y: number, camera: PerspectiveCamera, { width, height }: Size): Raycaster {
  const ray = new Raycaster();
  ray.setFromCamera(new Vector2((x / width) * 2 - 1, 1 - (y / height) * 2), camera);
  return ray;
}

/** A line between two places of the file in canvas coordinates, CSS pixels; null if it is behind the camera. */
export function stretchOnScreen(
  root: Object3D,
  from: Vec3,
  to: Vec3,
  camera: PerspectiveCamera,
  { width, height }: Size,
): [Vec2, Vec2] | null {
  const near = -camera.near;
  const [a, b] = [from, to].map((place) =>
    root.localToWorld(vector(place)).applyMatrix4(camera.matrixWorldInverse),
  ) as [Vector3, Vector3];
  if (a.z > near && b.z > near) return null;
  for (const [end, other] of [
    [a, b],
    [b, a],
  ] as const)
    if (end.z > near) end.lerp(other, (near - end.z) / (other.z - end.z));
  const flat = (end: Vector3): Vec2 => {
    end.applyMatrix4(camera.projectionMatrix);
    return [((end.x + 1) / 2) * width, ((1 - end.y) / 2) * height];
  };
  return [flat(a), flat(b)];
}
