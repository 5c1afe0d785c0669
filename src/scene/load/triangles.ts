// SPDX-License-Identifier: Apache-2.0
import { Matrix4, Vector3, type InstancedMesh, type Mesh, type Object3D, type SkinnedMesh } from 'three';

/** Sample size: enough to characterise a scene, few enough to take no noticeable time. */
const SAMPLE = 150_000;

/** Every nth triangle in world space, nine numbers each. Each stands for `weight` triangles. */
export function sampleTriangles(root: Object3D, triangles: number): { corners: Float32Array; weight: number } {
  const weight = Math.max(1, Math.ceil(triangles / SAMPLE));
  const corners = new Float32Array(Math.ceil(triangles / weight) * 9);
  const filled = copyTriangles(root, corners, weight);
  return { corners: corners.subarray(0, filled), weight };
}

/**
 * Writes every `step`th triangle of the scene into `into`, in world space, in the order of `meshesOf`. Returns how many
 * numbers were written; triangles for which there is no room are left out.
 */
function copyTriangles(root: Object3D, into: Float32Array, step: number): number {
  let to = 0;
  let seen = 0;
  for (const mesh of meshesOf(root)) {
    for (const place of placesOf(mesh)) {
      const count = triangleCount(mesh);
      for (let t = 0; t < count; t++, seen++) {
        if (seen % step !== 0) continue;
        if (to + 9 > into.length) return to;
        for (let corner = 0; corner < 3; corner++, to += 3) worldCorner(mesh, place, 3 * t + corner).toArray(into, to);
      }
    }
  }
  return to;
}

function meshesOf(root: Object3D): Mesh[] {
  const found: Mesh[] = [];
  root.traverseVisible((object) => {
    const mesh = object as Mesh;
    if (mesh.isMesh && mesh.geometry.getAttribute('position')) found.push(mesh);
  });
  return found;
}

const triangleCount = ({ geometry }: Mesh): number =>
  Math.floor((geometry.index?.count ?? geometry.getAttribute('position').count) / 3);

/** The world matrices of a mesh: one, or one for each instance. The same object is yielded each time. */
function* placesOf(mesh: Mesh): Iterable<Matrix4> {
  const instanced = mesh as Partial<InstancedMesh> & Mesh;
  if (!instanced.isInstancedMesh) {
    yield mesh.matrixWorld;
    return;
  }
  const place = new Matrix4();
  for (let k = 0; k < (instanced.count ?? 0); k++) {
    instanced.getMatrixAt?.(k, place);
    yield place.premultiply(mesh.matrixWorld);
  }
}

const spot = new Vector3();

function worldCorner(mesh: Mesh, place: Matrix4, corner: number): Vector3 {
  const at = mesh.geometry.index?.getX(corner) ?? corner;
  // Bones and morph targets move the vertex.
  if ((mesh as Partial<SkinnedMesh>).isSkinnedMesh || mesh.morphTargetInfluences) mesh.getVertexPosition(at, spot);
  else spot.fromBufferAttribute(mesh.geometry.getAttribute('position'), at);
  return spot.applyMatrix4(place);
}
