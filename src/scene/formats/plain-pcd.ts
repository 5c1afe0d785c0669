// SPDX-License-Identifier: Apache-2.0
import { say } from '../../contract';
import type { PcdHeader } from './pcd-header';
import { notA } from '../files/refusals';

/**
 * Unpacks a compressed PCD of doubles, so that it can be recentred before three narrows it to 32 bits. Any other file
 * is returned unchanged. A compressed file stores all values of its first field, then all of the second, and so on.
 * @throws not-a-scene
 */
export function plainPcd(
  bytes: Uint8Array<ArrayBuffer>,
  header: PcdHeader,
  title: string,
): { bytes: Uint8Array<ArrayBuffer>; header: PcdHeader } {
  const { data, start, stride, points, place, widths } = header;
  if (data !== 'binary_compressed' || !place) return { bytes, header };
  const packed = new DataView(bytes.buffer, bytes.byteOffset + start).getUint32(0, true);
  const fields = unpackLzf(bytes.subarray(start + 8, start + 8 + packed), points * stride);
  if (!fields) throw notA(title, say`is damaged`, 'LZF');
  const head = new TextEncoder().encode(
    new TextDecoder('latin1').decode(bytes.subarray(0, start)).replace(/^(DATA\s+)binary_compressed/m, '$1binary'),
  );
  const whole = new Uint8Array(head.length + points * stride);
  whole.set(head);
  let within = 0;
  for (const width of widths) {
    for (let k = 0; k < points; k++) {
      const from = points * within + k * width;
      whole.set(fields.subarray(from, from + width), head.length + k * stride + within);
    }
    within += width;
  }
  return { bytes: whole, header: { ...header, data: 'binary', start: head.length } };
}

/** Unpacks LZF: runs of literal bytes, and copies of earlier ones. Null unless the result has exactly `size` bytes. */
export function unpackLzf(packed: Uint8Array, size: number): Uint8Array | null {
  const out = new Uint8Array(size);
  let to = 0;
  for (let at = 0; at < packed.length;) {
    const control = packed[at++]!;
    if (control < 32) {
      const end = at + control + 1;
      if (end > packed.length || to + control + 1 > size) return null;
      out.set(packed.subarray(at, end), to);
      to += control + 1;
      at = end;
      continue;
    }
    const length = 2 + (control >> 5) + (control >> 5 === 7 ? (packed[at++] ?? 0) : 0);
    let from = to - 1 - ((control & 31) << 8) - (packed[at++] ?? 0);
    if (at > packed.length || from < 0 || to + length > size) return null;
    for (const end = to + length; to < end;) out[to++] = out[from++]!; // source and target may overlap
  }
  return to === size ? out : null;
}
