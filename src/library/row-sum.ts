// SPDX-License-Identifier: Apache-2.0
import { crc32 } from 'node:zlib';

/**
 * A checksum for every row: SQLite has none, so a bit that the disk flips inside a text would pass for the user's own
 * words. CRC-32 finds every change within 32 bits and tells which bit it was when it was one alone.
 */

/** A value as it counts: text as UTF-8, a number as its digits, null. */
export type SumValue = Uint8Array | null;

/** Byte by byte: the table's name, then each value with its length. */
function encoded(table: string, values: readonly SumValue[]): { bytes: Buffer; starts: number[] } {
  const parts: Uint8Array[] = [Buffer.from(`${table}\0`)];
  const starts: number[] = [];
  let length = parts[0]!.length;
  for (const value of values) {
    const head = Buffer.alloc(5);
    if (value) {
      head[0] = 1;
      head.writeUInt32LE(value.length, 1);
    }
    starts.push(length + head.length);
    parts.push(head, value ?? Buffer.alloc(0));
    length += head.length + (value?.length ?? 0);
  }
  return { bytes: Buffer.concat(parts, length), starts };
}

export const rowSum = (table: string, values: readonly SumValue[]): number => crc32(encoded(table, values).bytes);

/**
 * The one bit in the values named by `among` that was flipped, if that is what happened to the row.
 * @returns the values with that bit put right, or undefined.
 */
export function withBitRepaired(
  table: string,
  values: readonly SumValue[],
  sum: number,
  among: readonly number[],
): SumValue[] | undefined {
  const { bytes, starts } = encoded(table, values);
  const wanted = (crc32(bytes) ^ sum) >>> 0;
  // The sum is linear: what a flipped bit changes depends only on its distance from the end.
  const effects = Uint32Array.from({ length: 8 }, (_, bit) => EFFECT[1 << bit]!);
  for (let at = bytes.length - 1; at >= 0; at--) {
    for (let bit = 0; bit < 8; bit++) {
      if (effects[bit] === wanted) {
        const k = among.find((one) => at >= starts[one]! && at < starts[one]! + (values[one]?.length ?? 0));
        const value = k === undefined ? null : values[k];
        if (k === undefined || !value) return undefined;
        const right = Uint8Array.from(value);
        right[at - starts[k]!]! ^= 1 << bit;
        return values.with(k, right);
      }
      effects[bit] = (effects[bit]! >>> 8) ^ EFFECT[effects[bit]! & 255]!;
    }
  }
  return undefined;
}

/** What each value of a last byte adds to the sum. */
const EFFECT = Uint32Array.from({ length: 256 }, (_, byte) => {
  let effect = byte;
  for (let bit = 0; bit < 8; bit++) effect = effect & 1 ? (effect >>> 1) ^ 0xedb88320 : effect >>> 1;
  return effect;
});
