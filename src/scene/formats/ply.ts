// SPDX-License-Identifier: Apache-2.0
import { BufferAttribute, BufferGeometry, Group, Mesh, ShapeUtils, SRGBColorSpace, Texture, Vector2 } from 'three';
import { isPlace } from '../../camera';
import { say, type Sentence, type Vec3 } from '../../contract';
import { plain } from './plain';
import { eachPlyRow, type PlyRow } from './ply-body';
import type { PlyElement, PlyHeader } from './ply-header';
import { cloudObject, linear } from './points';
import { Recentred } from './recentre';
import type { ReadRequest } from './serialized';
import type { ReadScene, ReadTools } from './read-scene';
import { checkCount } from '../files/refusals';

/**
 * Reads a mesh or a point cloud. Used instead of three's loader, which keeps doubles (no graphics card accepts them)
 * and supports neither polygons of more than four corners, nor strips, nor textures.
 * @throws not-a-scene, scene-too-large
 */
export async function readPlyMesh(
  bytes: Uint8Array,
  header: PlyHeader,
  { title, main, origin: given }: Pick<ReadRequest, 'title' | 'main' | 'origin'>,
  { find }: Pick<ReadTools, 'find'>,
): Promise<ReadScene> {
  const vertices = new Vertices(header.vertices, given);
  const faces = new Faces(vertices, title);
  const readers = new Map<PlyElement, (row: PlyRow, k: number) => void>();
  for (const element of header.elements) {
    if (element.name === 'vertex') readers.set(element, vertices.reader(element));
    if (element.name === 'face') readers.set(element, faces.reader(element));
    if (element.name === 'tristrips') readers.set(element, faces.stripReader(element));
  }
  eachPlyRow(bytes, header, title, (element, row, k) => readers.get(element)?.(row, k));
  const { positions, normals, colours, uvs } = vertices.taken();
  const { origin } = vertices;
  const notes: Sentence[] =
    faces.lost > 0 ? [say`Faces with corners that are not there, left out: ${faces.lost}.`] : [];
  if (faces.count === 0)
    return { root: new Group().add(cloudObject({ positions, colours }, 'y', title)), up: 'y', origin, notes };

  vertices.fillGaps();
  const textures: string[] = [];
  for (const name of textureFiles(header)) if (await find(name, main)) textures.push(name);
  let geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(positions, 3));
  const { index, texturesOf } = faces.taken(textures.length);
  geometry.setIndex(new BufferAttribute(index, 1));
  if (normals) geometry.setAttribute('normal', new BufferAttribute(normals, 3));
  else geometry.computeVertexNormals();
  if (uvs) geometry.setAttribute('uv', new BufferAttribute(uvs, 2));
  if (colours) geometry.setAttribute('color', new BufferAttribute(linear(colours), 3, true));
  const { cornerUvs, cornerColours } = faces.corners();
  if (cornerUvs ?? cornerColours) {
    geometry = geometry.toNonIndexed();
    if (cornerUvs) geometry.setAttribute('uv', new BufferAttribute(cornerUvs, 2));
    if (cornerColours) geometry.setAttribute('color', new BufferAttribute(linear(cornerColours), 3, true));
  }
  const coloured = geometry.hasAttribute('color');
  const textured = textures.length > 0 && geometry.hasAttribute('uv');
  // A scan's texture already contains its colours.
  const names = textured ? textures : [null];
  const materials = names.map((name) => {
    const material = plain();
    if (name !== null) material.setValues({ map: textureOf(name), color: '#ffffff' });
    else if (coloured) material.setValues({ vertexColors: true, color: '#ffffff' });
    return material;
  });
  if (materials.length > 1) for (const [start, count, at] of texturesOf) geometry.addGroup(start, count, at);
  return {
    root: new Group().add(new Mesh(geometry, materials.length > 1 ? materials : materials[0])),
    up: 'y',
    origin,
    notes,
  };
}

/** The texture files that MeshLab and others name in comments, in the order of their numbers. */
const textureFiles = ({ comments }: PlyHeader): string[] =>
  comments.flatMap((comment) => /^TextureFile\s+(.+)$/i.exec(comment)?.[1]?.trim() ?? []).slice(0, 64);

function textureOf(address: string): Texture {
  const texture = new Texture({ address } as unknown as HTMLImageElement);
  texture.colorSpace = SRGBColorSpace;
  return texture;
}

/** The index of the first of these names among an element's properties; -1 if it has none of them. */
const place = ({ properties }: PlyElement, ...names: string[]): number =>
  properties.findIndex((name) => names.includes(name));
const all = (places: number[]): number[] | null => (places.every((at) => at >= 0) ? places : null);

const coloursOf = (element: PlyElement): number[] | null =>
  all(
    (['red', 'green', 'blue'] as const).map((name) =>
      place(element, name, `diffuse_${name}`, name[0]!, `diffuse_${name[0]}`),
    ),
  );

/** A colour value as a byte, by the type it is stored in. Floats range to 1, or to 255 if `bright`. */
function byteOf(element: PlyElement, at: number, value: number, bright: boolean): number {
  const { item } = element.types[at]!;
  if (item.startsWith('float')) return Math.round(bright ? value : 255 * value);
  return item === 'uint16' ? value / 257 : value;
}

class Vertices {
  private readonly positions: Float32Array<ArrayBuffer>;
  private readonly place: Recentred;
  private normals: Float32Array<ArrayBuffer> | null = null;
  private uvs: Float32Array<ArrayBuffer> | null = null;
  private colours: Float32Array<ArrayBuffer> | null = null;
  private element: PlyElement | null = null;

  constructor(
    readonly count: number,
    origin: Vec3 | undefined,
  ) {
    this.place = new Recentred(origin);
    this.positions = new Float32Array(3 * count);
  }

  get origin(): Vec3 {
    return this.place.origin;
  }

  reader(element: PlyElement): (row: PlyRow, k: number) => void {
    const at = all(['x', 'y', 'z'].map((name) => place(element, name, `p${name}`, `pos${name}`)));
    const normal = all(['x', 'y', 'z'].map((name) => place(element, `n${name}`, `normal${name}`)));
    const uv = all([place(element, 's', 'u', 'texture_u', 'tx'), place(element, 't', 'v', 'texture_v', 'ty')]);
    const colour = coloursOf(element);
    if (!at) return () => undefined;
    const normals = (this.normals = normal && new Float32Array(3 * this.count));
    const uvs = (this.uvs = uv && new Float32Array(2 * this.count));
    const colours = (this.colours = colour && new Float32Array(3 * this.count));
    this.element = element;
    return ({ values }, k) => {
      this.place.put(this.positions, 3 * k, values[at[0]!]!, values[at[1]!]!, values[at[2]!]!);
      normal?.forEach((from, c) => (normals![3 * k + c] = values[from]!));
      uv?.forEach((from, c) => (uvs![2 * k + c] = values[from]!));
      colour?.forEach((from, c) => (colours![3 * k + c] = values[from]!));
    };
  }

  /** Whether vertex k exists and has a finite position, so that a face can use it. */
  has(k: number): boolean {
    return (
      Number.isInteger(k) &&
      k >= 0 &&
      k < this.count &&
      isPlace(this.positions[3 * k]!, this.positions[3 * k + 1], this.positions[3 * k + 2])
    );
  }

  /**
   * Moves vertices without a finite position, which no face uses, onto a valid one, so that they do not affect the
   * bounds.
   */
  fillGaps(): void {
    let sound = 0;
    while (sound < this.count && !this.has(sound)) sound++;
    for (let k = 0; k < this.count; k++) if (!this.has(k)) this.positions.copyWithin(3 * k, 3 * sound, 3 * sound + 3);
  }

  at(k: number, axis: number): number {
    return this.positions[3 * k + axis]!;
  }

  taken() {
    const { positions, normals, uvs, colours, element } = this;
    const from = element && coloursOf(element)?.[0];
    const bright = colours?.some((value) => value > 1) ?? false;
    const bytes =
      colours && element && from !== null && from !== undefined
        ? Uint8Array.from(colours, (value) => byteOf(element, from, value, bright))
        : null;
    return { positions, normals, uvs, colours: bytes };
  }
}

/** Polygons with more corners than this are triangulated as a fan, whatever their shape. */
const MOST_CORNERS = 1000;

class Faces {
  count = 0;
  /** Faces that refer to corners that do not exist. */
  lost = 0;
  private index = new Uint32Array(3 * 1024);
  /** The texture number of each triangle. */
  private readonly textures: number[] = [];
  private readonly uvs: number[] = [];
  private readonly colours: number[] = [];

  constructor(
    private readonly vertices: Vertices,
    private readonly title: string,
  ) {}

  reader(element: PlyElement): (row: PlyRow) => void {
    const at = place(element, 'vertex_indices', 'vertex_index');
    const texcoord = place(element, 'texcoord');
    const texnumber = place(element, 'texnumber');
    const colour = coloursOf(element);
    if (at < 0 || element.types[at]!.length === null) return () => undefined;
    return ({ values, lists }) => {
      const corners = lists[at]!.subarray(0, values[at]);
      if (corners.length < 3) return;
      if (!corners.every((corner) => this.vertices.has(corner))) return void this.lost++;
      const uv = texcoord >= 0 && values[texcoord] === 2 * corners.length ? lists[texcoord]! : null;
      for (const three of this.triangulate(corners)) {
        this.add(corners[three[0]!]!, corners[three[1]!]!, corners[three[2]!]!);
        if (texnumber >= 0) this.textures.push(values[texnumber]!);
        if (texcoord >= 0) for (const k of three) this.uvs.push(uv?.[2 * k] ?? 0, uv?.[2 * k + 1] ?? 0);
        if (colour)
          for (const _ of three)
            this.colours.push(...colour.map((from) => byteOf(element, from, values[from]!, false)));
      }
    };
  }

  /**
   * Triangle strips: each corner makes a triangle with the two before it, alternately turned over; -1 starts a new
   * strip.
   */
  stripReader(element: PlyElement): (row: PlyRow) => void {
    const at = place(element, 'vertex_indices', 'vertex_index');
    if (at < 0 || element.types[at]!.length === null) return () => undefined;
    return ({ values, lists }) => {
      const strip = lists[at]!;
      for (let k = 0, from = 0; k < values[at]!; k++) {
        const [a, b, c] = [strip[k - 2]!, strip[k - 1]!, strip[k]!];
        if (c < 0) from = k + 1;
        if (c < 0 || k - from < 2 || a === b || b === c || a === c) continue;
        if (![a, b, c].every((corner) => this.vertices.has(corner))) this.lost++;
        else if ((k - from) % 2 === 0) this.add(a, b, c);
        else this.add(b, a, c);
      }
    };
  }

  /** The indices, and the runs of triangles that share a texture: first index, count, texture number. */
  taken(textures: number): { index: Uint32Array<ArrayBuffer>; texturesOf: [number, number, number][] } {
    const index = this.index.slice(0, 3 * this.count);
    if (textures < 2 || this.textures.length !== this.count) return { index, texturesOf: [[0, 3 * this.count, 0]] };
    const numbers = this.textures.map((n) => Math.min(textures - 1, Math.max(0, n)));
    const order = Uint32Array.from(numbers.keys()).sort((a, b) => numbers[a]! - numbers[b]! || a - b);
    const reorder = (values: number[], size: number): void => {
      const old = values.slice();
      order.forEach((from, to) =>
        old.slice(size * from, size * (from + 1)).forEach((value, c) => (values[size * to + c] = value)),
      );
    };
    order.forEach((from, to) => index.set(this.index.subarray(3 * from, 3 * from + 3), 3 * to));
    if (this.uvs.length > 0) reorder(this.uvs, 6);
    if (this.colours.length > 0) reorder(this.colours, 9);
    const texturesOf: [number, number, number][] = [];
    let start = 0;
    for (let n = 0; n < textures; n++) {
      const count = 3 * numbers.reduce((sum, own) => sum + (own === n ? 1 : 0), 0);
      if (count > 0) texturesOf.push([start, count, n]);
      start += count;
    }
    return { index, texturesOf };
  }

  /** Values stored for each corner of each triangle; null unless every triangle has them. */
  corners() {
    return {
      cornerUvs: this.uvs.length === 6 * this.count ? Float32Array.from(this.uvs) : null,
      cornerColours: this.colours.length === 9 * this.count ? Uint8Array.from(this.colours) : null,
    };
  }

  private add(a: number, b: number, c: number): void {
    if (this.index.length < 3 * this.count + 3) {
      const larger = new Uint32Array(2 * this.index.length);
      larger.set(this.index);
      this.index = larger;
      checkCount(this.count, 'triangles', this.title);
    }
    this.index.set([a, b, c], 3 * this.count);
    this.count += 1;
  }

  /** Triangles as indices into `corners`. Quads are split as the format defines; polygons may be concave. */
  private triangulate(corners: Float64Array): number[][] {
    if (corners.length > 4 && corners.length <= MOST_CORNERS) {
      const cut = ShapeUtils.triangulateShape(this.flattened(corners), []);
      if (cut.length === corners.length - 2) return cut;
    }
    return Array.from({ length: corners.length - 2 }, (_, k) => [0, k + 1, k + 2]);
  }

  /** A polygon projected along its normal. */
  private flattened(corners: Float64Array): Vector2[] {
    const normal = [0, 0, 0];
    for (let k = 0; k < corners.length; k++) {
      const [a, b] = [corners[k]!, corners[(k + 1) % corners.length]!];
      for (let axis = 0; axis < 3; axis++) {
        const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
        normal[axis]! +=
          (this.vertices.at(a, u) - this.vertices.at(b, u)) * (this.vertices.at(a, v) + this.vertices.at(b, v));
      }
    }
    const axis = normal.reduce((best, n, k) => (Math.abs(n) > Math.abs(normal[best]!) ? k : best), 0);
    const [u, v] = normal[axis]! > 0 ? [(axis + 1) % 3, (axis + 2) % 3] : [(axis + 2) % 3, (axis + 1) % 3];
    return Array.from(corners, (corner) => new Vector2(this.vertices.at(corner, u), this.vertices.at(corner, v)));
  }
}
