// SPDX-License-Identifier: Apache-2.0
import type { BufferGeometry } from 'three';
import { linearToSH0 } from 'three/addons/utils/GaussianSplatUtils.js';
import { say } from '../../contract';
import { COEFFICIENTS, Gaussians, type Degree } from './gaussians';
import type { PlyElement, PlyHeader } from './ply-header';
import { notA } from '../files/refusals';

/** Number of splats that share one set of minimum and maximum values. */
const CHUNK = 256;

const share = (word: number, from: number, bits: number): number =>
  ((word >>> from) & ((1 << bits) - 1)) / ((1 << bits) - 1);

/**
 * Reads SuperSplat's compressed PLY: four words for each splat, relative to the limits of its chunk, and one byte for
 * each coefficient. Files that are `early` are stored upright, with y up.
 * @see https://github.com/playcanvas/splat-transform/blob/main/src/lib/readers/decompress-ply.ts
 */
export function readCompressedPly(
  bytes: Uint8Array<ArrayBuffer>,
  header: PlyHeader,
  title: string,
): { geometry: BufferGeometry; early: boolean } {
  const unsound = (detail: string): Error => notA(title, say`has no valid PLY header`, detail);
  const table = (name: string, size: number): { element: PlyElement; offset: number } => {
    let offset = header.body;
    for (const element of header.elements) {
      if (element.name !== name) offset += element.count * element.least;
      else if (element.least === size * element.properties.length) return { element, offset };
      else break;
    }
    throw unsound(name);
  };
  if (header.format !== 'binary_little_endian') throw unsound(header.format);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks = table('chunk', 4);
  const vertices = table('vertex', 4);
  const { count } = vertices.element;
  if (chunks.element.count < Math.ceil(count / CHUNK)) throw unsound('too few chunks');
  const column = ({ element }: { element: PlyElement }, property: string): number => {
    const at = element.properties.indexOf(property);
    if (at < 0) throw unsound(property);
    return at;
  };
  /** Returns a reader for one limit of the chunk that splat k is in. */
  const limit = (property: string) => {
    const at = column(chunks, property);
    return (k: number): number =>
      view.getFloat32(chunks.offset + 4 * (Math.floor(k / CHUNK) * chunks.element.properties.length + at), true);
  };
  const between = (property: string) => {
    const [least, most] = [limit(`min_${property}`), limit(`max_${property}`)];
    return (k: number, t: number): number => least(k) * (1 - t) + most(k) * t;
  };
  const word = (property: string) => {
    const at = column(vertices, property);
    return (k: number): number =>
      view.getUint32(vertices.offset + 4 * (k * vertices.element.properties.length + at), true);
  };
  const coloured = chunks.element.properties.includes('min_r'); // older files neither have nor need colour limits
  const plain = (_k: number, t: number): number => t;
  const [x, y, z, sx, sy, sz] = ['x', 'y', 'z', 'scale_x', 'scale_y', 'scale_z'].map(between) as [
    Between,
    Between,
    Between,
    Between,
    Between,
    Between,
  ];
  const [r, g, b] = ['r', 'g', 'b'].map((c) => (coloured ? between(c) : plain)) as [Between, Between, Between];
  const [position, rotation, scale, colour] = ['position', 'rotation', 'scale', 'color'].map((name) =>
    word(`packed_${name}`),
  ) as [Word, Word, Word, Word];
  const sides = header.elements.some(({ name }) => name === 'sh') ? table('sh', 1) : null;
  const coefficients = (sides?.element.properties.length ?? 0) / 3;
  const degree = COEFFICIENTS.findIndex((n) => n === coefficients);
  if (degree < 0 || (sides && sides.element.count < count)) throw unsound('sh');

  const made = new Gaussians(count, degree as Degree);
  for (let k = 0; k < count; k++) {
    const p = position(k);
    made.place(k, x(k, share(p, 21, 11)), y(k, share(p, 11, 10)), z(k, share(p, 0, 11)));
    const s = scale(k);
    const q = unpackTurn(rotation(k));
    made.shape(
      k,
      Math.exp(sx(k, share(s, 21, 11))),
      Math.exp(sy(k, share(s, 11, 10))),
      Math.exp(sz(k, share(s, 0, 11))),
      q[1]!,
      q[2]!,
      q[3]!,
      q[0]!,
    );
    const c = colour(k);
    const [red, green, blue] = [r(k, share(c, 24, 8)), g(k, share(c, 16, 8)), b(k, share(c, 8, 8))];
    made.colour(k, linearToSH0(red), linearToSH0(green), linearToSH0(blue), share(c, 0, 8));
    const from = sides ? sides.offset + 3 * coefficients * k : 0;
    for (let j = 0; j < coefficients; j++)
      made.side(
        k,
        j,
        sideOf(view.getUint8(from + j)),
        sideOf(view.getUint8(from + coefficients + j)),
        sideOf(view.getUint8(from + 2 * coefficients + j)),
      );
  }
  return { geometry: made.geometry(), early: !coloured && !isLate(header) };
}

/**
 * Until autumn 2024 SuperSplat turned splats upright when it compressed them; since 1.8 it keeps the orientation of
 * training. Colour limits were added later still.
 */
function isLate({ comments }: PlyHeader): boolean {
  const [major = 0, minor = 0] = comments
    .flatMap((comment) => /SuperSplat (\d+)\.(\d+)/i.exec(comment)?.slice(1) ?? [])
    .map(Number);
  return major > 1 || (major === 1 && minor >= 8) || comments.some((comment) => /splat-transform/i.test(comment));
}

type Between = (k: number, t: number) => number;
type Word = (k: number) => number;

/** Quaternion w, x, y, z. The largest component is not stored; the first two bits say which one it is. */
function unpackTurn(word: number): number[] {
  const three = [20, 10, 0].map((from) => (share(word, from, 10) - 0.5) * Math.SQRT2);
  const largest = Math.sqrt(Math.max(0, 1 - three.reduce((sum, n) => sum + n * n, 0)));
  three.splice(word >>> 30, 0, largest);
  return three;
}

/** A byte as a value from -4 to 4; 0 and 255 give exactly the ends. */
const sideOf = (byte: number): number => ((byte === 0 ? 0 : byte === 255 ? 1 : (byte + 0.5) / 256) - 0.5) * 8;
