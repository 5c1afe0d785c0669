// SPDX-License-Identifier: Apache-2.0
import {
  BoxGeometry,
  BufferAttribute,
  BufferGeometry,
  Group,
  InstancedMesh,
  Matrix4,
  Mesh,
  MeshBasicMaterial,
  PerspectiveCamera,
  Points,
  PointsMaterial,
  Raycaster,
  Vector2,
  Vector3,
  type Object3D,
} from 'three';
import { expect, it } from 'vitest';
import { pickSurface } from './pick';

const size = { width: 800, height: 600 };
const camera = new PerspectiveCamera(45, size.width / size.height, 0.1, 100);
camera.position.set(0, 0, 6);
camera.updateMatrixWorld();

/** Picks at a place in the world, or a few pixels beside it. */
function pick(root: Object3D, at: Vector3, beside = 0) {
  root.updateMatrixWorld(true);
  const seen = at.clone().project(camera);
  const ray = new Raycaster();
  ray.setFromCamera(new Vector2(seen.x + (2 * beside) / size.width, seen.y), camera);
  return pickSurface(root, ray, camera, size);
}

const cube = () => new Mesh(new BoxGeometry(2, 2, 2), new MeshBasicMaterial());

it('meets the nearest of what is shown, and nothing behind what is hidden', () => {
  const near = cube();
  const far = cube();
  far.position.z = -4;
  const root = new Group().add(near, far);
  const middle = new Vector3(0.3, 0.2, 1);
  expect(pick(root, middle)).toMatchObject({ object: near, snapped: false });
  expect(pick(root, middle)!.point.distanceTo(middle)).toBeLessThan(1e-9);
  near.visible = false;
  expect(pick(root, middle)!.object).toBe(far);
  far.visible = false;
  expect(pick(root, middle)).toBeNull();
});

it('is drawn to a corner that is near on screen, and not to one farther off', () => {
  const root = new Group().add(cube());
  const corner = new Vector3(1, 1, 1);
  const inside = new Vector3(0.97, 0.97, 1);
  const near = pick(root, inside);
  expect(near!.snapped).toBe(true);
  expect(near!.point.distanceTo(corner)).toBeLessThan(1e-12);
  expect(pick(root, new Vector3(0.8, 0.8, 1))!.snapped).toBe(false);
});

it('finds the corners of turned and repeated things', () => {
  const many = new InstancedMesh(new BoxGeometry(1, 1, 1), new MeshBasicMaterial(), 2);
  many.setMatrixAt(0, new Matrix4().makeTranslation(-1.5, 0, 0));
  many.setMatrixAt(1, new Matrix4().makeTranslation(1.5, 0.25, 0));
  const root = new Group().add(many);
  root.rotation.z = 0.3;
  root.updateMatrixWorld(true);
  const corner = new Vector3(2, 0.75, 0.5).applyMatrix4(root.matrixWorld);
  const inside = new Vector3(1.98, 0.73, 0.5).applyMatrix4(root.matrixWorld);
  expect(pick(root, inside)!.point.distanceTo(corner)).toBeLessThan(1e-9);
});

it('takes the points of a cloud themselves', () => {
  const geometry = new BufferGeometry().setAttribute(
    'position',
    new BufferAttribute(new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0]), 3),
  );
  const root = new Group().add(new Points(geometry, new PointsMaterial({ size: 0.2 })));
  const found = pick(root, new Vector3(1, 0, 0), 3);
  expect(found!.snapped).toBe(true);
  expect(found!.point.toArray()).toEqual([1, 0, 0]);
  expect(pick(root, new Vector3(0.5, 0.5, 0))).toBeNull();
});
