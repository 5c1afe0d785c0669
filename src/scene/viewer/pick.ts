// SPDX-License-Identifier: Apache-2.0
import {
  Matrix4,
  Vector3,
  type Camera,
  type InstancedMesh,
  type Intersection,
  type Mesh,
  type Object3D,
  type Points,
  type PointsMaterial,
  type Raycaster,
} from 'three';
import type { Splats } from '../formats/splats';

/** A place on the scene's surface. */
export interface Hit {
  object: Object3D;
  point: Vector3;
  /** Whether the place is a vertex or a point of the file, not just somewhere on a surface. */
  snapped: boolean;
}

/** A vertex nearer to the pointer than this attracts it, CSS pixels. */
const SNAP = 10;

/** The first visible surface that the ray hits. `size` is the size of the screen in CSS pixels. */
export function pickSurface(
  root: Object3D,
  ray: Raycaster,
  camera: Camera,
  size: { width: number; height: number },
): Hit | null {
  const hits: Intersection[] = [];
  root.traverseVisible((object) => {
    const { cloud } = object as Partial<Pick<Splats, 'cloud'>>;
    const points = cloud ?? ((object as Partial<Points>).isPoints ? (object as Points) : null);
    // Points have no extent; they are hit within about their drawn size.
    if (points) ray.params.Points.threshold = 0.4 * reachOf(points);
    if (cloud) cloud.raycast(ray, hits);
    else if ((object as Mesh).isMesh || points) object.raycast(ray, hits);
  });
  const first = hits.reduce<Intersection | null>(
    (best, hit) => (best && best.distance <= hit.distance ? best : hit),
    null,
  );
  if (!first) return null;
  const { object, index, face } = first;
  if ((object as Partial<Points>).isPoints && index !== undefined) {
    return { object, point: corner(object as Points, index, object.matrixWorld), snapped: true };
  }
  const pixels = (point: Vector3): Vector3 =>
    point
      .clone()
      .project(camera)
      .multiply(new Vector3(size.width / 2, size.height / 2, 0));
  const at = pixels(first.point);
  const place = placeOf(object as Mesh, first.instanceId);
  const near = (face ? [face.a, face.b, face.c] : [])
    .map((k) => corner(object as Mesh, k, place))
    .map((point) => ({ point, away: pixels(point).distanceTo(at) }))
    .sort((a, b) => a.away - b.away)[0];
  return near && near.away <= SNAP
    ? { object, point: near.point, snapped: true }
    : { object, point: first.point, snapped: false };
}

const reachOf = ({ material }: Points): number => (material as PointsMaterial).size;

function placeOf(mesh: Mesh, instance: number | undefined): Matrix4 {
  if (instance === undefined || !(mesh as Partial<InstancedMesh>).isInstancedMesh) return mesh.matrixWorld;
  const own = new Matrix4();
  (mesh as InstancedMesh).getMatrixAt(instance, own);
  return own.premultiply(mesh.matrixWorld);
}

function corner(object: Mesh | Points, k: number, place: Matrix4): Vector3 {
  const point = new Vector3();
  // Bones and morph targets move the vertex.
  if ((object as Mesh).isMesh) (object as Mesh).getVertexPosition(k, point);
  else point.fromBufferAttribute(object.geometry.getAttribute('position'), k);
  return point.applyMatrix4(place);
}
