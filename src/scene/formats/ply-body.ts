// SPDX-License-Identifier: Apache-2.0
import type { PlyElement, PlyHeader, PlyType } from './ply-header';
import { sizeOf } from './ply-header';
import { stopsShort } from '../files/refusals';
import { decodeText } from './text';

/** One row of an element: its values in the order of its properties. The values of list properties are in `lists`. */
export interface PlyRow {
  /** For a list property: its length. */
  values: Float64Array;
  lists: Float64Array[];
}

type Next = (type: PlyType) => number;

/**
 * Calls a function for each row of all elements, in order. The row is the same object each time.
 * @throws not-a-scene
 */
export function eachPlyRow(
  bytes: Uint8Array,
  header: PlyHeader,
  title: string,
  hear: (element: PlyElement, row: PlyRow, k: number) => void,
): void {
  const { next, left, endRow } =
    header.format === 'ascii' ? textNumbers(bytes, header, title) : binaryNumbers(bytes, header, title);
  for (const element of header.elements) {
    const row: PlyRow = { values: new Float64Array(element.types.length), lists: element.types.map(() => EMPTY) };
    for (let k = 0; k < element.count; k++) {
      for (let at = 0; at < element.types.length; at++) {
        const { item, length } = element.types[at]!;
        if (length === null) {
          row.values[at] = next(item);
          continue;
        }
        const count = next(length);
        if (!Number.isInteger(count) || count < 0 || count > left(item))
          throw stopsShort(title, `a list of ${count} in row ${k} of ${element.name}`);
        let list = row.lists[at]!;
        if (list.length < count) list = row.lists[at] = new Float64Array(count);
        for (let i = 0; i < count; i++) list[i] = next(item);
        row.values[at] = count;
      }
      endRow?.();
      hear(element, row, k);
    }
  }
}

const EMPTY = new Float64Array(0);

/**
 * `left`: an upper limit of how many more values of a type can follow. `endRow` skips values that the header does not
 * declare.
 */
interface Numbers {
  next: Next;
  left: (type: PlyType) => number;
  endRow?: () => void;
}

function binaryNumbers(bytes: Uint8Array, { body, format }: PlyHeader, title: string): Numbers {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = format === 'binary_little_endian';
  const read: Record<PlyType, (at: number) => number> = {
    int8: (at) => view.getInt8(at),
    uint8: (at) => view.getUint8(at),
    int16: (at) => view.getInt16(at, little),
    uint16: (at) => view.getUint16(at, little),
    int32: (at) => view.getInt32(at, little),
    uint32: (at) => view.getUint32(at, little),
    float32: (at) => view.getFloat32(at, little),
    float64: (at) => view.getFloat64(at, little),
  };
  const sizes = Object.fromEntries(Object.keys(read).map((type) => [type, sizeOf(type as PlyType)])) as Record<
    PlyType,
    number
  >;
  let at = body;
  return {
    next: (type) => {
      const from = at;
      at += sizes[type];
      if (at > bytes.byteLength) throw stopsShort(title, `byte ${at} of ${bytes.byteLength}`);
      return read[type](from);
    },
    left: (type) => (bytes.byteLength - at) / sizes[type],
  };
}

const SPACE = 32;

function textNumbers(bytes: Uint8Array, { body, elements }: PlyHeader, title: string): Numbers {
  const text = decodeText(bytes.subarray(body), title);
  // A row is a line. Some programs write more values than the header declares; a few write rows over several lines.
  const rows = elements.reduce((sum, { count }) => sum + count, 0);
  const rowIsLine = countLines(text, rows + 1) === rows;
  let at = 0;
  return {
    ...(rowIsLine && {
      endRow: () => {
        const end = text.indexOf('\n', at);
        at = end < 0 ? text.length : end + 1;
      },
    }),
    next: () => {
      while (at < text.length && text.charCodeAt(at) <= SPACE) at++;
      const from = at;
      while (at < text.length && text.charCodeAt(at) > SPACE) at++;
      if (at === from) throw stopsShort(title, 'a number is missing at the end');
      return Number(text.slice(from, at)); // NaN if it is not a number
    },
    left: () => (text.length - at) / 2 + 1,
  };
}

/** The number of non-empty lines of a text, counted up to `most`. */
function countLines(text: string, most: number): number {
  let lines = 0;
  for (const _line of text.matchAll(/\S[^\n]*/g)) if (++lines >= most) break;
  return lines;
}
