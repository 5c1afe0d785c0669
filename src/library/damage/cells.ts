// SPDX-License-Identifier: Apache-2.0
/** Cells of a table's leaf pages (https://sqlite.org/fileformat.html#b_tree_pages), read without SQLite. */

/** A stored value: a number, or bytes whether they are text or not. */
export type Value = null | bigint | Uint8Array;

export interface Cell {
  rowid: bigint;
  values: Value[];
  /** Where in the page numbers lie, and all that says how long things are: [from, to). */
  small: [number, number][];
}

/** The pages of a file, and how many bytes they are: no row is larger, so that chains that lead in circles end. */
export interface Pages {
  /** By its number; undefined where there is none. */
  pageOf(number: number): Uint8Array | undefined;
  bytes: number;
}

const FIRST_BYTES = 48; // lengths and types of a row come before its values

function varint(bytes: Uint8Array, at: number): [bigint, number] | undefined {
  let value = 0n;
  for (let k = 0; k < 9; k++) {
    const byte = bytes[at + k];
    if (byte === undefined) return undefined;
    if (k === 8) return [BigInt.asIntN(64, (value << 8n) | BigInt(byte)), at + 9];
    value = (value << 7n) | BigInt(byte & 127);
    if (byte < 128) return [value, at + k + 1];
  }
  return undefined;
}

/** @returns undefined where no whole row begins. */
export function readCell(page: Uint8Array, at: number, pages: Pages): Cell | undefined {
  const length = varint(page, at);
  const rowid = length && varint(page, length[1]);
  if (!rowid || length[0] < 1n || length[0] > BigInt(pages.bytes)) return undefined;
  const payload = payloadOf(page, rowid[1], Number(length[0]), pages);
  if (!payload) return undefined;
  const values = valuesOf(payload.bytes);
  if (!values) return undefined;
  const small: [number, number][] = [[at, at + FIRST_BYTES], ...payload.pointer];
  for (const [from, to] of values.numbers) if (to <= payload.local) small.push([rowid[1] + from, rowid[1] + to]);
  return { rowid: rowid[0], values: values.values, small };
}

/** What is in the page, and the rest from its chain of overflow pages. */
function payloadOf(
  page: Uint8Array,
  at: number,
  length: number,
  pages: Pages,
): { bytes: Uint8Array; local: number; pointer: [number, number][] } | undefined {
  const usable = page.length;
  const most = usable - 35;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const spare = least + ((length - least) % (usable - 4));
  const local = length <= most ? length : spare <= most ? spare : least;
  if (at + local + (local < length ? 4 : 0) > usable) return undefined;
  if (local === length) return { bytes: page.subarray(at, at + length), local, pointer: [] };
  const parts = [page.subarray(at, at + local)];
  let next = u32(page, at + local);
  for (let done = local; done < length;) {
    const more = next === 0 ? undefined : pages.pageOf(next);
    if (!more) return undefined;
    parts.push(more.subarray(4, 4 + Math.min(usable - 4, length - done)));
    done += parts.at(-1)!.length;
    next = u32(more, 0);
  }
  if (next !== 0) return undefined; // a chain that goes on is another one
  return { bytes: Buffer.concat(parts, length), local, pointer: [[at + local, at + local + 4]] };
}

export const u32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;

function valuesOf(record: Uint8Array): { values: Value[]; numbers: [number, number][] } | undefined {
  const header = varint(record, 0);
  if (!header || header[0] > BigInt(record.length)) return undefined;
  const end = Number(header[0]);
  const values: Value[] = [];
  const numbers: [number, number][] = [];
  let body = end;
  for (let at = header[1]; at < end;) {
    const type = varint(record, at);
    if (!type || type[1] > end) return undefined;
    at = type[1];
    if (type[0] >= 12n) {
      const length = Number((type[0] - 12n) / 2n);
      if (body + length > record.length) return undefined;
      values.push(record.subarray(body, body + length));
      body += length;
      continue;
    }
    const size = [0, 1, 2, 3, 4, 6, 8, -1, 0, 0, -1, -1][Number(type[0])]!; // no real numbers in this library
    if (size < 0 || body + size > record.length) return undefined;
    values.push(type[0] === 0n ? null : size === 0 ? type[0] - 8n : integer(record.subarray(body, body + size)));
    if (size > 0) numbers.push([body, body + size]);
    body += size;
  }
  return body === record.length && values.length > 0 ? { values, numbers } : undefined;
}

function integer(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(8 * bytes.length, value);
}
