// SPDX-License-Identifier: Apache-2.0
/** Reads cells of a table's leaf pages (https://sqlite.org/fileformat.html#b_tree_pages) without SQLite. */

/** A stored value: a number, or the bytes of a text or blob. */
export type Value = null | bigint | Uint8Array;

export interface Cell {
  rowid: bigint;
  values: Value[];
  /** Ranges [from, to) in the page that hold numbers and all length fields. A flipped bit is searched for there. */
  small: [number, number][];
}

/** The pages of a file, and the file's size in bytes. No row is larger than that, so circular chains of pages end. */
export interface Pages {
  /** A page by its number. Undefined if it does not exist. */
  pageOf(number: number): Uint8Array | undefined;
  bytes: number;
}

const FIRST_BYTES = 48; // the lengths and types of a row precede its values

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

/** Reads the cell at an offset. @returns undefined if there is no complete row. */
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

/** The payload of a cell: its part in the page, followed by its chain of overflow pages. */
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
  if (next !== 0) return undefined; // the chain continues beyond the payload, so it belongs to another row
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
    const size = [0, 1, 2, 3, 4, 6, 8, -1, 0, 0, -1, -1][Number(type[0])]!; // this library contains no floating-point numbers
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
