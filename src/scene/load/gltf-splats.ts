// SPDX-License-Identifier: Apache-2.0
import { Object3D, type BufferAttribute, type BufferGeometry, type Points } from 'three';
import { say, type Sentence } from '../../contract';
import { Gaussians, type Degree } from '../formats/gaussians';
import { checkCount, notA } from '../files/refusals';
import { soundSplats } from '../formats/sound-splats';
import { Splats } from '../formats/splats';

const EXTENSION = 'KHR_gaussian_splatting';
const NAME = `${EXTENSION.toLowerCase()}:`; // the loader writes attribute names that it does not know in lower case

/**
 * Turns a glTF's points that are Gaussians into splats. (three's own plugin draws them with WebGPU only.) Returns notes
 * about what was left out.
 * @throws not-a-scene, scene-too-large
 */
export function replaceSplats(root: Object3D, title: string): Sentence[] {
  const notes: Sentence[] = [];
  const found: Points[] = [];
  root.traverse((object) => {
    if ((object as Partial<Points>).isPoints && EXTENSION in gltfExtensions(object)) found.push(object as Points);
  });
  for (const points of found) {
    const { kernel, colorSpace } = gltfExtensions(points)[EXTENSION] as { kernel?: unknown; colorSpace?: unknown };
    if (kernel !== 'ellipse' || colorSpace !== 'srgb_rec709_display') {
      throw notA(
        title,
        say`holds Gaussian splats of a kind Zoetrope does not read`,
        `${String(kernel)}, ${String(colorSpace)}`,
      );
    }
    const sound = soundSplats(gaussians(points.geometry, title), title);
    notes.push(...sound.notes);
    const splats = new Splats(sound.geometry);
    Object3D.prototype.copy.call(splats, points, false);
    for (const child of [...points.children]) splats.add(child);
    points.parent?.add(splats);
    points.removeFromParent();
    points.geometry.dispose();
  }
  return notes;
}

function gltfExtensions({ userData }: Object3D): Record<string, unknown> {
  return (userData['gltfExtensions'] as Record<string, unknown> | undefined) ?? {};
}

function gaussians(geometry: BufferGeometry, title: string): BufferGeometry {
  const attribute = (name: string): BufferAttribute | undefined =>
    geometry.getAttribute(name) as BufferAttribute | undefined;
  const needed = (name: string): BufferAttribute => {
    const there = attribute(name);
    if (!there || there.count !== count) throw notA(title, say`could not be read`, name);
    return there;
  };
  const { count } = geometry.getAttribute('position');
  checkCount(count, 'splats', title);
  const [position, scale, rotation, opacity] = [
    needed('position'),
    needed(`${NAME}scale`),
    needed(`${NAME}rotation`),
    needed(`${NAME}opacity`),
  ];
  const base = needed(`${NAME}sh_degree_0_coef_0`);
  const sides: BufferAttribute[] = [];
  let degree = 0;
  while (degree < 3 && attribute(`${NAME}sh_degree_${degree + 1}_coef_0`)) {
    degree += 1;
    for (let c = 0; c <= 2 * degree; c++) sides.push(needed(`${NAME}sh_degree_${degree}_coef_${c}`));
  }
  const made = new Gaussians(count, degree as Degree);
  for (let k = 0; k < count; k++) {
    made.place(k, position.getX(k), position.getY(k), position.getZ(k));
    made.shape(
      k,
      scale.getX(k),
      scale.getY(k),
      scale.getZ(k),
      rotation.getX(k),
      rotation.getY(k),
      rotation.getZ(k),
      rotation.getW(k),
    );
    made.colour(k, base.getX(k), base.getY(k), base.getZ(k), opacity.getX(k));
    sides.forEach((side, c) => made.side(k, c, side.getX(k), side.getY(k), side.getZ(k)));
  }
  return made.geometry();
}
