// SPDX-License-Identifier: Apache-2.0
import { isPlace } from '../../camera';
import { say, type Sentence, type Vec3 } from '../../contract';
import type { PcdHeader } from './pcd-header';

/** Farther from the origin than this, 32-bit floats no longer hold millimetres (in metres). */
const FAR = 1e4;
/**
 * Origins are multiples of this; within one step of an origin, 32-bit floats are exact to a quarter of a millimetre.
 */
const STEP = 4096;

const step = (n: number): number => STEP * Math.round(n / STEP) || 0; // not -0

/** The origin for coordinates whose first point is this one. */
export const originFor = ([x, y, z]: Vec3): Vec3 =>
  isPlace(x, y, z) && Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) > FAR ? [step(x), step(y), step(z)] : [0, 0, 0];

const isMoved = (origin: Vec3 | null): boolean => origin?.some((n) => n !== 0) ?? false;

export const originNotes = (origin: Vec3): Sentence[] =>
  isMoved(origin)
    ? [say`Its coordinates are counted from ${origin[0]}, ${origin[1]}, ${origin[2]}, so that millimetres are kept.`]
    : [];

/**
 * Makes coordinates relative to a point near the first one, or to a given one, if they are too large for 32-bit floats
 * (maps).
 */
export class Recentred {
  private from: Vec3 | null;

  constructor(given?: Vec3) {
    this.from = given ?? null;
  }

  get origin(): Vec3 {
    return this.from ?? [0, 0, 0];
  }

  put(into: Float32Array, at: number, x: number, y: number, z: number): void {
    if (!this.from && isPlace(x, y, z)) this.from = originFor([x, y, z]);
    const [ox, oy, oz] = this.from ?? [0, 0, 0];
    into[at] = x - ox;
    into[at + 1] = y - oy;
    into[at + 2] = z - oz;
  }
}

/** Recentres a text whose lines begin with a word and three coordinates. It is rewritten only if they are large. */
export function recentreLines(text: string, word: 'v' | 'vertex', given?: Vec3): { text: string; origin: Vec3 } {
  const line = (flags: string): RegExp => new RegExp(`^([ \\t]*${word})[ \\t]+(\\S+)[ \\t]+(\\S+)[ \\t]+(\\S+)`, flags);
  const [x = 0, y = 0, z = 0] = (line('m').exec(text)?.slice(2) ?? []).map(Number);
  const origin = given ?? originFor([x, y, z]);
  if (!isMoved(origin)) return { text, origin };
  return {
    text: text.replace(line('gm'), (_, start: string, ...at: string[]) =>
      [start, ...origin.map((from, axis) => Number(at[axis]) - from)].join(' '),
    ),
    origin,
  };
}

/** Recentres a PCD, whose loader keeps 32 bits: text, or uncompressed doubles. Writes into `bytes`. */
export function recentrePcd(
  bytes: Uint8Array<ArrayBuffer>,
  { data, start, stride, points, place }: PcdHeader,
  given?: Vec3,
): { bytes: Uint8Array<ArrayBuffer>; origin: Vec3 } {
  if (!place) return { bytes, origin: [0, 0, 0] };
  const near = new Recentred(given);
  const at = new Float32Array(3);
  if (data === 'binary') {
    const view = new DataView(bytes.buffer, bytes.byteOffset + start, points * stride);
    for (let k = 0; k < points; k++) {
      const [x, y, z] = place.map((offset) => view.getFloat64(k * stride + offset, true)) as Vec3;
      near.put(at, 0, x, y, z);
      if (!isMoved(near.origin) && isPlace(x, y, z)) break;
      place.forEach((offset, axis) => view.setFloat64(k * stride + offset, at[axis]!, true));
    }
    return { bytes, origin: near.origin };
  }
  const lines = new TextDecoder().decode(bytes.subarray(start)).split('\n');
  for (const [k, line] of lines.entries()) {
    const words = line.trim().split(/\s+/);
    if (words.length <= Math.max(...place)) continue;
    const [x = NaN, y = NaN, z = NaN] = place.map((word) => Number(words[word]));
    near.put(at, 0, x, y, z);
    if (!isMoved(near.origin) && isPlace(x, y, z)) return { bytes, origin: [0, 0, 0] };
    place.forEach((word, axis) => (words[word] = String(at[axis])));
    lines[k] = words.join(' ');
  }
  const body = new TextEncoder().encode(lines.join('\n'));
  const whole = new Uint8Array(start + body.length);
  whole.set(bytes.subarray(0, start));
  whole.set(body, start);
  return { bytes: whole, origin: near.origin };
}
