// SPDX-License-Identifier: Apache-2.0
import { say } from '../../contract';
import { checkCount, notA, stopsShort } from '../files/refusals';

export interface PcdHeader {
  points: number;
  data: string;
  /** Byte offset of the first point. */
  start: number;
  /** Bytes of one point. */
  stride: number;
  /** Bytes of each field of a point. */
  widths: number[];
  /**
   * Where x, y and z are: word numbers in a line of text, else byte offsets in a point. Null if binary values are not
   * doubles.
   */
  place: [number, number, number] | null;
}

/**
 * Reads the header of a PCD file and checks it against the size of the file.
 * @throws not-a-scene, scene-too-large
 */
export function readPcdHeader(bytes: Uint8Array, title: string): PcdHeader {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 1 << 16));
  const data = /^DATA\s+(\S+)[ \t]*\r?\n?/m.exec(head);
  const field = (name: string): string[] =>
    new RegExp(`^${name}\\s+(.*)$`, 'm').exec(head)?.[1]?.trim().split(/\s+/) ?? [];
  const names = field('FIELDS');
  if (!data || !['x', 'y', 'z'].every((name) => names.includes(name)))
    throw notA(title, say`is not a PCD file of points`);
  const sizes = field('SIZE').map(Number);
  const counts = names.map((_, k) => Number(field('COUNT')[k] ?? 1));
  const points = Number(field('POINTS')[0] ?? Number(field('WIDTH')[0]) * Number(field('HEIGHT')[0]));
  const widths = sizes.map((size, k) => size * (counts[k] ?? 1));
  const stride = widths.reduce((sum, width) => sum + width, 0);
  if (sizes.length !== names.length || !(stride > 0) || !Number.isSafeInteger(points) || points < 0)
    throw notA(title, say`has no valid PCD header`);
  checkCount(points, 'points', title);
  if (points === 0) throw notA(title, say`is empty: there are no points in it`);
  const start = data.index + data[0].length;
  const body = bytes.byteLength - start;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (data[1]) {
    case 'ascii':
      if (body < points * names.length) throw stopsShort(title, `${body} bytes for ${points} points`);
      break;
    case 'binary':
      if (body < points * stride) throw stopsShort(title, `${body} bytes for ${points} points of ${stride}`);
      break;
    case 'binary_compressed':
      if (body < 8 || view.getUint32(start, true) > body - 8) throw stopsShort(title, `${body} bytes`);
      // LZF expands three bytes to 264 at most.
      if (points * stride > 88 * view.getUint32(start, true) + 264)
        throw stopsShort(title, `${body} bytes for ${points} points of ${stride}`);
      if (view.getUint32(start + 4, true) !== points * stride) throw notA(title, say`is not packed in the way it says`);
      break;
    default:
      throw notA(title, say`is a PCD of a kind that is not known`, data[1]);
  }
  const text = data[1] === 'ascii';
  const before = (name: string): number =>
    counts.slice(0, names.indexOf(name)).reduce((sum, count, k) => sum + count * (text ? 1 : sizes[k]!), 0);
  const doubles = ['x', 'y', 'z'].every((name) => sizes[names.indexOf(name)] === 8);
  return {
    points,
    data: data[1],
    start,
    stride,
    widths,
    place: text || doubles ? [before('x'), before('y'), before('z')] : null,
  };
}
