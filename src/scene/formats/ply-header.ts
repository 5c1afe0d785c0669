// SPDX-License-Identifier: Apache-2.0
import { say } from '../../contract';
import { checkCount, notA, stopsShort } from '../files/refusals';

export interface PlyElement {
  name: string;
  count: number;
  /** Minimum bytes of one row; exact if it is binary and has no lists. */
  least: number;
  properties: string[];
  /** The type of each property's values, and of the length if it is a list. */
  types: { item: PlyType; length: PlyType | null }[];
}

export interface PlyHeader {
  format: string;
  elements: PlyElement[];
  /** Byte offset of the data after the header. */
  body: number;
  vertices: number;
  faces: number;
  /** Names of the properties of a vertex. */
  properties: string[];
  comments: string[];
}

export type PlyType = 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'uint32' | 'float32' | 'float64';
const TYPES: Record<string, PlyType> = {
  char: 'int8',
  uchar: 'uint8',
  short: 'int16',
  ushort: 'uint16',
  int: 'int32',
  uint: 'uint32',
  float: 'float32',
  double: 'float64',
};
const typeOf = (word: string): PlyType | undefined =>
  TYPES[word] ?? (Object.values(TYPES) as string[]).find((type): type is PlyType => type === word);
/** Bytes of a value of this type. */
export const sizeOf = (type: PlyType): number => Number(/\d+/.exec(type)) / 8;
const LONGEST_HEADER = 1 << 16;

/**
 * Reads the header of a PLY file and checks it against the size of the file.
 * @throws not-a-scene, scene-too-large
 */
export function readPlyHeader(bytes: Uint8Array, title: string): PlyHeader {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, LONGEST_HEADER));
  // If lines end in a lone carriage return, a newline after the last one belongs to the body.
  const end = /\nend_header(\r\n|\r|\n)/.exec(head) ?? /\rend_header(\r)/.exec(head);
  if (!/^ply\s/.test(head)) throw notA(title, say`is not a PLY file`);
  if (!end)
    throw bytes.length < LONGEST_HEADER
      ? stopsShort(title, 'no end_header')
      : notA(title, say`has no valid PLY header`);
  const elements: PlyElement[] = [];
  const comments: string[] = [];
  let format = '';
  for (const line of head.slice(0, end.index).split(/\r?\n|\r/)) {
    const [word, a = '', b = '', c = '', d = ''] = line.trim().split(/\s+/);
    if (word === 'format') format = a;
    if (word === 'comment') comments.push(line.trim().slice('comment'.length).trim());
    if (word === 'element') {
      const count = Number(b);
      if (!Number.isSafeInteger(count) || count < 0) throw notA(title, say`has no valid PLY header`, line);
      elements.push({ name: a, count, least: 0, properties: [], types: [] });
    }
    if (word !== 'property') continue;
    const element = elements.at(-1);
    const [length, item] = a === 'list' ? [typeOf(b), typeOf(c)] : [null, typeOf(a)];
    if (!element || length === undefined || item === undefined) throw notA(title, say`has no valid PLY header`, line);
    // In text a digit and a space at least; for a list, its length.
    element.least += format === 'ascii' ? 2 : sizeOf(length ?? item);
    element.properties.push(a === 'list' ? d : b);
    element.types.push({ item, length });
  }
  if (!['ascii', 'binary_little_endian', 'binary_big_endian'].includes(format))
    throw notA(title, say`has no valid PLY header`, `format ${format}`);
  // A loader would still loop over all of its rows.
  const empty = elements.find((element) => element.count > 0 && element.properties.length === 0);
  if (empty) throw notA(title, say`has no valid PLY header`, `element ${empty.name} has no properties`);
  const count = (name: string): number => elements.find((element) => element.name === name)?.count ?? 0;
  const [vertices, faces] = [count('vertex'), count('face') + count('tristrips')];
  checkCount(faces, 'triangles', title);
  checkCount(vertices, 'points', title);
  const least = elements.reduce((sum, element) => sum + element.count * element.least, 0);
  const body = end.index + end[0].length;
  const there = bytes.byteLength - body;
  if (least > there + 2) throw stopsShort(title, `${there} bytes for at least ${least}`);
  return {
    format,
    elements,
    body,
    vertices,
    faces,
    comments,
    properties: elements.find(({ name }) => name === 'vertex')?.properties ?? [],
  };
}

export const isSplatPly = ({ properties }: PlyHeader): boolean =>
  ['f_dc_0', 'opacity', 'scale_0', 'rot_0'].every((name) => properties.includes(name));
/** Whether this is SuperSplat's compressed PLY. */
export const isCompressedSplatPly = ({ properties }: PlyHeader): boolean => properties.includes('packed_position');
