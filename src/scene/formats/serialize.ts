// SPDX-License-Identifier: Apache-2.0
import {
  SRGBColorSpace,
  type BufferAttribute,
  type BufferGeometry,
  type InterleavedBufferAttribute,
  type Material,
  type Mesh,
  type MeshPhongMaterial,
  type MeshStandardMaterial,
  type Object3D,
  type SkinnedMesh,
  type Texture,
  Vector3,
} from 'three';
import { say } from '../../contract';
import type { ReadScene } from './read-scene';
import { checkDepth, checkDraws } from '../files/refusals';
import {
  MAP_NAMES,
  type MapName,
  type NumberArray,
  type SerializedGeometry,
  type SerializedMaterial,
  type SerializedNode,
  type SerializedPicture,
  type SerializedScene,
} from './serialized';

/** The vertex attributes that are used; all others are dropped. */
const KEPT = [
  'position',
  'normal',
  'uv',
  'color',
  'covariance',
  'sphericalHarmonics1',
  'sphericalHarmonics2',
  'sphericalHarmonics3',
];

/**
 * Converts what a loader made of a file into plain data (a serialized scene). `pictureOf` finds the picture of a
 * texture.
 */
export function serialize(
  root: Object3D,
  { up, title, origin = [0, 0, 0], pointsInFile, notes = [] }: Omit<ReadScene, 'root'> & { title: string },
  pictureOf: (texture: Texture) => SerializedPicture | null,
): SerializedScene {
  const geometries = new Numbered<BufferGeometry, SerializedGeometry>(serializeGeometry);
  const pictures = new Numbered<SerializedPicture, SerializedPicture>((picture) => picture);
  const materials = new Numbered<Material, SerializedMaterial>((material) =>
    serializeMaterial(material, (texture) => {
      const picture = pictureOf(texture);
      return picture === null ? null : pictures.number(picture);
    }),
  );
  const nodes: SerializedNode[] = [];
  const places = new Map<Object3D, number>();
  const depths: number[] = [];
  let points = 0;
  let draws = 0;
  root.updateMatrixWorld(true);
  root.traverse((object) => {
    if (!object.visible) return;
    const parent = object.parent === null || object === root ? null : places.get(object.parent);
    if (parent === undefined) return; // inside something hidden
    depths.push(parent === null ? 1 : depths[parent]! + 1);
    checkDepth(depths.at(-1)!, title);
    places.set(object, nodes.length);
    const drawn = object as Mesh;
    if ((object as SkinnedMesh).isSkinnedMesh) bakeSkin(object as SkinnedMesh);
    const kind = kindOf(object);
    const vertices = kind === 'group' ? 0 : (drawn.geometry.getAttribute('position')?.count ?? 0);
    if (kind === 'points') points += vertices;
    if (vertices > 0) draws += Array.isArray(drawn.material) ? drawn.geometry.groups.length : 1;
    checkDraws(draws, title);
    nodes.push({
      name: object.name,
      parent,
      matrix: object.matrix.toArray(),
      kind: vertices === 0 ? 'group' : kind,
      geometry: vertices === 0 ? null : geometries.number(drawn.geometry),
      materials: vertices === 0 ? [] : [drawn.material].flat().map((material) => materials.number(material)),
    });
  });
  // Nobody means a scene to be entirely invisible: if all materials are, their opacity is ignored.
  const unseen = materials.made.length > 0 && materials.made.every(({ opacity }) => opacity <= 0);
  if (unseen) for (const material of materials.made) Object.assign(material, { opacity: 1, transparent: false });
  return {
    nodes,
    geometries: geometries.made,
    materials: materials.made,
    pictures: pictures.made,
    up,
    origin,
    pointsInFile: pointsInFile ?? points,
    notes: unseen ? [...notes, say`All materials are written as invisible: they are shown.`] : notes,
  };
}

/** The buffers to transfer with the message. */
export function transferables({ geometries, pictures }: SerializedScene): ArrayBuffer[] {
  const arrays = geometries.flatMap(({ attributes, index }) => [
    ...Object.values(attributes).map(({ array }) => array),
    ...(index ? [index] : []),
  ]);
  const bytes = pictures.flatMap((picture) => ('bytes' in picture ? [picture.bytes] : []));
  return [...new Set([...arrays, ...bytes].map(({ buffer }) => buffer as ArrayBuffer))];
}

/** Numbers things in the order in which they first appear, and converts each once. */
class Numbered<T, U> {
  readonly made: U[] = [];
  private readonly seen = new Map<T, number>();
  constructor(private readonly make: (thing: T) => U) {}
  number(thing: T): number {
    let at = this.seen.get(thing);
    if (at === undefined) {
      at = this.made.length;
      this.seen.set(thing, at);
      this.made.push(this.make(thing));
    }
    return at;
  }
}

function kindOf(object: Object3D): SerializedNode['kind'] {
  const is = object as Partial<Record<'isMesh' | 'isPoints' | 'isLineSegments' | 'isLine', boolean>>;
  if (is.isMesh) return 'mesh';
  if (is.isPoints) return (object as Mesh).geometry.hasAttribute('covariance') ? 'splats' : 'points';
  return is.isLineSegments ? 'lines' : is.isLine ? 'strip' : 'group';
}

function serializeGeometry(geometry: BufferGeometry): SerializedGeometry {
  const attributes: SerializedGeometry['attributes'] = {};
  for (const name of KEPT) {
    const attribute = geometry.getAttribute(name) as BufferAttribute | InterleavedBufferAttribute | undefined;
    if (attribute)
      attributes[name] = {
        array: numbersOf(attribute),
        itemSize: attribute.itemSize,
        normalized: attribute.normalized,
      };
  }
  const groups = geometry.groups.map(({ start, count, materialIndex }) => ({
    start,
    count,
    materialIndex: materialIndex ?? 0,
  }));
  return { attributes, index: geometry.index ? numbersOf(geometry.index) : null, groups };
}

function numbersOf(attribute: BufferAttribute | InterleavedBufferAttribute): NumberArray {
  const plain = attribute as BufferAttribute & { isInterleavedBufferAttribute?: boolean };
  if (!plain.isInterleavedBufferAttribute)
    return plain.array instanceof Float64Array ? Float32Array.from(plain.array) : plain.array; // no card takes doubles
  const { count, itemSize } = attribute;
  return Float32Array.from({ length: count * itemSize }, (_, k) =>
    attribute.getComponent(Math.floor(k / itemSize), k % itemSize),
  );
}

type AnyMaterial = Material &
  Partial<
    Pick<MeshStandardMaterial, MapName | 'color' | 'emissive' | 'roughness' | 'metalness' | 'flatShading'> &
      Pick<MeshPhongMaterial, 'shininess'>
  >;

function serializeMaterial(
  material: AnyMaterial,
  pictureNumber: (texture: Texture) => number | null,
): SerializedMaterial {
  const maps: SerializedMaterial['maps'] = {};
  for (const name of MAP_NAMES) {
    const texture = material[name];
    const picture = texture ? pictureNumber(texture) : null;
    if (!texture || picture === null) continue;
    maps[name] = {
      picture,
      wrap: [texture.wrapS, texture.wrapT],
      repeat: [texture.repeat.x, texture.repeat.y],
      offset: [texture.offset.x, texture.offset.y],
      rotation: texture.rotation,
      srgb: texture.colorSpace === SRGBColorSpace,
    };
  }
  const { shininess } = material;
  return {
    name: material.name,
    colour: material.color ? [material.color.r, material.color.g, material.color.b] : [1, 1, 1],
    emissive: material.emissive ? [material.emissive.r, material.emissive.g, material.emissive.b] : [0, 0, 0],
    opacity: material.opacity,
    transparent: material.transparent,
    alphaTest: material.alphaTest,
    // Converts Phong's exponent (the width of a highlight) to roughness.
    roughness: material.roughness ?? (shininess === undefined ? 0.9 : Math.max(0.35, Math.sqrt(2 / (shininess + 2)))),
    metalness: material.metalness ?? 0,
    vertexColours: material.vertexColors,
    flat: material.flatShading ?? false,
    unlit: (material as { isMeshBasicMaterial?: boolean }).isMeshBasicMaterial ?? false,
    maps,
  };
}

/** Bakes a skinned mesh in the pose of the file and drops the bones. */
function bakeSkin(mesh: SkinnedMesh): void {
  mesh.skeleton.update();
  const position = mesh.geometry.getAttribute('position');
  const spot = new Vector3();
  const baked = new Float32Array(position.count * 3);
  let moved = 0;
  for (let k = 0; k < position.count; k++) {
    mesh.getVertexPosition(k, spot);
    moved = Math.max(
      moved,
      Math.abs(spot.x - position.getX(k)),
      Math.abs(spot.y - position.getY(k)),
      Math.abs(spot.z - position.getZ(k)),
    );
    spot.toArray(baked, 3 * k);
  }
  if (moved < 1e-6) return;
  mesh.geometry = mesh.geometry.clone();
  (mesh.geometry.getAttribute('position') as BufferAttribute).copyArray(baked);
  mesh.geometry.computeVertexNormals();
}
