// SPDX-License-Identifier: Apache-2.0
import type { Mesh, Object3D } from 'three';
import { say } from '../../contract';
import { materialLibraries, readMtl } from './mtl';
import { plain } from './plain';
import type { ReadRequest } from './serialized';
import type { ReadScene, ReadTools } from './read-scene';
import { recentreLines } from './recentre';
import { checkDraws, MOST_DRAWS, notA } from '../files/refusals';
import { decodeText } from './text';

export async function readObj({ bytes, title, main, origin }: ReadRequest, { find }: ReadTools): Promise<ReadScene> {
  const text = decodeText(bytes, title);
  if (!/^[ \t]*v[ \t]+[-+.\d]/m.test(text))
    throw notA(title, text.trim() === '' ? say`is empty: there is nothing in it to show` : say`is not an OBJ file`);
  const { OBJLoader } = await import('three/addons/loaders/OBJLoader.js');
  const loader = new OBJLoader();
  const libraries: string[] = [];
  for (const uri of materialLibraries(text)) {
    const file = await find(uri, main);
    if (file) libraries.push(decodeText(file, uri));
  }
  const materials = libraries.length > 0 ? readMtl(libraries) : null;
  if (materials) loader.setMaterials(materials.creator);
  checkDraws(count(text, /^[ \t]*usemtl[ \t]/gm), title);
  // Groups are drawn one by one. If there are too many, they are joined, and only materials separate them.
  const groups = /^[ \t]*[og]\b.*$/gm;
  const few = count(text, groups) > MOST_DRAWS ? text.replace(groups, '') : text;
  const near = recentreLines(few.replace(/^([ \t]*usemtl)\t/gm, '$1 '), 'v', origin);
  const root = loader.parse(near.text);
  if (!materials) recolour(root, (mesh) => mesh.geometry.hasAttribute('color'));
  return { root, up: 'y', origin: near.origin, notes: materials?.notes ?? [] };
}

function count(text: string, what: RegExp): number {
  let found = 0;
  for (const _ of text.matchAll(what)) found += 1;
  return found;
}

/** Gives the plain material to meshes without one. */
function recolour(root: Object3D, vertexColours: (mesh: Mesh) => boolean): void {
  root.traverse((object) => {
    const mesh = object as Mesh;
    if (!mesh.isMesh) return;
    const material = plain();
    if (vertexColours(mesh)) {
      material.vertexColors = true;
      material.color.set('#ffffff');
    }
    mesh.material = Array.isArray(mesh.material) ? mesh.material.map(() => material) : material;
  });
}
