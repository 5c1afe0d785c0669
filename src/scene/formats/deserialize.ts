// SPDX-License-Identifier: Apache-2.0
import {
  BufferAttribute,
  BufferGeometry,
  DoubleSide,
  Group,
  Line,
  LineBasicMaterial,
  LineSegments,
  Matrix4,
  Mesh,
  MeshBasicMaterial,
  MeshStandardMaterial,
  Points,
  PointsMaterial,
  Source,
  SRGBColorSpace,
  Texture,
  type Material,
  type Object3D,
  type Wrapping,
} from 'three';
import { say, type Sentence } from '../../contract';
import { allowanceFor, MOST_PICTURES, pictureSize, textureEdge } from '../validate';
import { decodeTexture } from './decode';
import type { SceneFiles } from '../files/scene-files';
import { pictureNotes } from './picture-notes';
import {
  MAP_NAMES,
  type SerializedGeometry,
  type SerializedMaterial,
  type SerializedMap,
  type SerializedNode,
  type SerializedScene,
} from './serialized';
import { tooMuch } from '../files/refusals';
import { Splats } from './splats';

/**
 * Builds the three.js objects of a serialized scene. Pictures are looked up among the scene's files; those that cannot
 * be read are counted.
 */
export async function deserialize(
  serialized: SerializedScene,
  files: SceneFiles,
  title: string,
): Promise<{ root: Object3D; notes: Sentence[] }> {
  const { sources, notes } = await decodePictures(serialized, files, title);
  const geometries = serialized.geometries.map(geometryOf);
  const textures = new Map<string, Texture>();
  const textureOf = (map: SerializedMap): Texture | null => {
    const key = JSON.stringify(map);
    const source = sources[map.picture];
    if (!source) return null;
    const known = textures.get(key) ?? makeTexture(map, source);
    textures.set(key, known);
    return known;
  };
  const materials = serialized.materials.map((material) => materialOf(material, textureOf));
  const root = new Group();
  const objects: Object3D[] = [];
  for (const node of serialized.nodes) {
    const object = objectOf(node, geometries, materials);
    object.name = node.name;
    object.applyMatrix4(new Matrix4().fromArray(node.matrix));
    (node.parent === null ? root : objects[node.parent]!).add(object);
    objects.push(object);
  }
  return { root, notes };
}

async function decodePictures(
  { pictures, materials }: SerializedScene,
  files: SceneFiles,
  title: string,
): Promise<{ sources: (Source<ImageBitmap> | null)[]; notes: Sentence[] }> {
  if (pictures.length > MOST_PICTURES) throw tooMuch(title, say`has ${pictures.length} textures`);
  const stored: (Uint8Array<ArrayBuffer> | null)[] = [];
  // A null is recorded as missing.
  for (const picture of pictures) stored.push('bytes' in picture ? picture.bytes : await files.find(picture.uri));
  const samplers = pictures.map(() => new Set<string>());
  for (const { maps } of materials)
    for (const { picture, wrap, srgb } of Object.values(maps)) samplers[picture]!.add([...wrap, srgb].join());
  const sizes = stored.map((bytes) => bytes && pictureSize(bytes));
  const known = sizes.flatMap((size, k) => (size ? [{ ...size, copies: samplers[k]!.size }] : []));
  const { edge, smaller } = textureEdge(known, allowanceFor(files.weight), title);
  let lostPictures = 0;
  const sources: (Source<ImageBitmap> | null)[] = [];
  for (const [k, bytes] of stored.entries()) {
    const size = sizes[k];
    const bitmap =
      bytes && size ? await decodeTexture(bytes, size, edge, { imageOrientation: 'flipY' }).catch(() => null) : null;
    if (bytes && !bitmap) lostPictures++;
    sources.push(bitmap && new Source(bitmap));
  }
  return { sources, notes: pictureNotes(lostPictures, smaller ? edge : null) };
}

function geometryOf({ attributes, index, groups }: SerializedGeometry): BufferGeometry {
  const geometry = new BufferGeometry();
  for (const [name, { array, itemSize, normalized }] of Object.entries(attributes))
    geometry.setAttribute(name, new BufferAttribute(array, itemSize, normalized));
  if (index) geometry.setIndex(new BufferAttribute(index, 1));
  for (const { start, count, materialIndex } of groups) geometry.addGroup(start, count, materialIndex);
  return geometry;
}

/** A bitmap cannot be flipped during upload: it was flipped when it was decoded, as every format but glTF needs. */
function makeTexture({ wrap, repeat, offset, rotation, srgb }: SerializedMap, source: Source<ImageBitmap>): Texture {
  const texture = new Texture();
  texture.source = source; // one upload for all textures that sample it in the same way
  texture.flipY = false;
  texture.wrapS = wrap[0] as Wrapping;
  texture.wrapT = wrap[1] as Wrapping;
  texture.repeat.fromArray(repeat);
  texture.offset.fromArray(offset);
  texture.rotation = rotation;
  if (srgb) texture.colorSpace = SRGBColorSpace;
  texture.needsUpdate = true;
  return texture;
}

/** Every material becomes a physically based one, so that the same light suits all formats. */
function materialOf(serialized: SerializedMaterial, textureOf: (map: SerializedMap) => Texture | null): Material {
  const material = serialized.unlit
    ? new MeshBasicMaterial()
    : new MeshStandardMaterial({
        roughness: serialized.roughness,
        metalness: serialized.metalness,
        flatShading: serialized.flat,
      });
  material.name = serialized.name;
  material.color.fromArray(serialized.colour);
  material.opacity = serialized.opacity;
  material.transparent = serialized.transparent || serialized.opacity < 1;
  material.alphaTest = serialized.alphaTest;
  // Most of these formats do not say which sides are visible, and scans of one side are to be seen from both.
  material.side = DoubleSide;
  material.vertexColors = serialized.vertexColours;
  if (material instanceof MeshStandardMaterial) material.emissive.fromArray(serialized.emissive);
  for (const name of MAP_NAMES) {
    const map = serialized.maps[name];
    const texture = map && textureOf(map);
    if (texture && name in material) Object.assign(material, { [name]: texture });
  }
  return material;
}

function objectOf(
  { kind, geometry: at, materials: numbers }: SerializedNode,
  geometries: BufferGeometry[],
  materials: Material[],
): Object3D {
  const geometry = at === null ? undefined : geometries[at];
  if (!geometry || kind === 'group') return new Group();
  const own = numbers.map((number) => materials[number]!);
  const [first] = own as [MeshStandardMaterial];
  const coloured = geometry.hasAttribute('color');
  switch (kind) {
    case 'mesh':
      return new Mesh(geometry, own.length === 1 ? first : own);
    case 'points':
      return new Points(
        geometry,
        new PointsMaterial({ vertexColors: coloured, color: coloured ? '#ffffff' : first.color, toneMapped: false }),
      );
    case 'lines':
      return new LineSegments(
        geometry,
        new LineBasicMaterial({ vertexColors: coloured, color: coloured ? '#ffffff' : first.color }),
      );
    case 'strip':
      return new Line(
        geometry,
        new LineBasicMaterial({ vertexColors: coloured, color: coloured ? '#ffffff' : first.color }),
      );
    case 'splats':
      return new Splats(geometry);
  }
}
