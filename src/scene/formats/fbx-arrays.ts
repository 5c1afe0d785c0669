// SPDX-License-Identifier: Apache-2.0
import { say } from '../../contract';
import { inflatesWithin } from '../files/gunzip';
import { checkDepth, notA, stopsShort, tooMuch } from '../files/refusals';

const SIZES: Record<string, number> = { f: 4, d: 8, l: 8, i: 4, b: 1, c: 1 };
const PLAIN: Record<string, number> = { Y: 2, C: 1, B: 1, I: 4, F: 4, D: 8, L: 8 };
/** An array smaller than this unpacks to 64 MB at most and is not worth checking. */
const SMALL = 2 ** 16;

const isBinary = (bytes: Uint8Array): boolean =>
  new TextDecoder('latin1').decode(bytes.subarray(0, 18)) === 'Kaydara FBX Binary';

/**
 * Adds up the unpacked size of a binary FBX's compressed arrays and checks that none unpacks to more than it declares,
 * before the loader allocates anything. A text FBX has no such arrays.
 * @throws scene-too-large, not-a-scene
 */
export function checkFbxArrays(bytes: Uint8Array, title: string, most: number): void {
  if (!isBinary(bytes)) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sum = 0;
  try {
    const wide = view.getUint32(23, true) >= 7500;
    const word = (at: number): number => (wide ? Number(view.getBigUint64(at, true)) : view.getUint32(at, true));
    const headBytes = wide ? 25 : 13;
    const ends: number[] = [];
    for (let at = 27; at < bytes.length;) {
      while (ends.length > 0 && at >= ends.at(-1)!) ends.pop();
      const end = word(at);
      if (end === 0) {
        if (ends.length === 0) return; // the rest is the file's footer
        at += headBytes;
        continue;
      }
      ends.push(end);
      checkDepth(ends.length, title);
      const properties = word(at + (wide ? 8 : 4));
      at += headBytes + view.getUint8(at + headBytes - 1);
      for (let k = 0; k < properties; k++) at = property(at);
    }
  } catch (thrown) {
    if (thrown instanceof RangeError) throw stopsShort(title, String(thrown));
    throw thrown;
  }

  /** Skips a property. */
  function property(at: number): number {
    const kind = String.fromCharCode(view.getUint8(at));
    if (kind in PLAIN) return at + 1 + PLAIN[kind]!;
    const count = view.getUint32(at + 1, true);
    if (kind === 'S' || kind === 'R') return at + 5 + count;
    const size = SIZES[kind];
    if (size === undefined) throw notA(title, say`is damaged`, `property ${kind} at ${at}`);
    const unpacked = count * size;
    sum += unpacked;
    if (sum > most) throw tooMuch(title, say`unpacks to more than ${Math.round(most / 2 ** 20)} MB`);
    if (view.getUint32(at + 5, true) === 0) return at + 13 + unpacked;
    const packed = view.getUint32(at + 9, true);
    if (packed > bytes.length - at - 13) throw stopsShort(title, `array at ${at}`);
    if (packed > SMALL && !inflatesWithin(bytes.subarray(at + 13, at + 13 + packed), unpacked))
      throw notA(title, say`is not packed in the way it says`);
    return at + 13 + packed;
  }
}
