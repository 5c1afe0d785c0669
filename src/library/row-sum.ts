// SPDX-License-Identifier: Apache-2.0
import { crc32 } from 'node:zlib';

/**
 * A checksum for every row. SQLite has none, so a bit that the disk flips inside a text would go unnoticed. CRC-32
 * detects every change within 32 bits, and identifies the bit if only one was flipped.
 */

/** A value as it is checksummed: text as UTF-8, a number as its digits, or null. */
export type SumValue = Uint8Array | null;

/** The bytes that are checksummed: the table's name, then each value with its length. */
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
 * Corrects one flipped bit in the values whose indices are in `among`.
 * @returns the corrected values, or undefined if no single bit there explains the checksum.
 */
export function withBitRepaired(
  table: string,
  values: readonly SumValue[],
  sum: number,
  among: readonly number[],
): SumValue[] | undefined {
  const { bytes, starts } = encoded(table, values);
  const wanted = (crc32(bytes) ^ sum) >>> 0;
  // CRC is linear: the effect of a flipped bit depends only on its distance from the end.
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

/** The effect of each value of the last byte on the checksum. */
const EFFECT = Uint32Array.from({ length: 256 }, (_, byte) => {
  let effect = byte;
  for (let bit = 0; bit < 8; bit++) effect = effect & 1 ? (effect >>> 1) ^ 0xedb88320 : effect >>> 1;
  return effect;
});
