// SPDX-License-Identifier: Apache-2.0
import { Color, MeshBasicMaterial, type Material, type Mesh, type MeshStandardMaterial, type Object3D } from 'three';

const BLACK = new Color(0);

/** Shows every surface in its material's own colour, without lighting. Returns a function that undoes it. */
export function unlight(root: Object3D): () => void {
  const plain = new Map<Material, MeshBasicMaterial>();
  const before: { mesh: Mesh; material: Material | Material[] }[] = [];
  const own = (material: Material): Material => {
    if (!(
      'isMeshStandardMaterial' in material ||
      'isMeshPhongMaterial' in material ||
      'isMeshLambertMaterial' in material
    ))
      return material;
    const made = plain.get(material) ?? basic(material as MeshStandardMaterial);
    plain.set(material, made);
    return made;
  };
  root.traverse((object) => {
    const mesh = object as Mesh;
    if (!mesh.isMesh) return;
    before.push({ mesh, material: mesh.material });
    mesh.material = Array.isArray(mesh.material) ? mesh.material.map(own) : own(mesh.material);
  });
  return () => {
    for (const { mesh, material } of before) mesh.material = material;
    for (const material of plain.values()) material.dispose();
  };
}

function basic(from: MeshStandardMaterial): MeshBasicMaterial {
  const { map, alphaMap, side, transparent, opacity, alphaTest, depthWrite, vertexColors, name } = from;
  // A material that only glows has its colour in `emissive`.
  const glows = from.color.equals(BLACK) && !from.emissive?.equals(BLACK);
  return new MeshBasicMaterial({
    name,
    color: glows ? from.emissive : from.color,
    map: glows ? from.emissiveMap : map,
    alphaMap,
    side,
    transparent,
    opacity,
    alphaTest,
    depthWrite,
    vertexColors,
  });
}
