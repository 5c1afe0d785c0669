import { isPlace } from '../../../../capture';
import { say, type Sentence, type Vec3 } from '../../../../contract';
import type { PcdHeader } from './pcd-header';

/** Farther from the origin than this, 32 bits begin to lose millimetres of metres. */
const FAR = 1e4;
/** Origins are whole numbers of these, that two scans of one site most often have the same; from there, 32 bits hold a quarter of a millimetre. */
const STEP = 4096;

const step = (n: number): number => STEP * Math.round(n / STEP) || 0; // not -0

/** Where coordinates that begin with this place are counted from. */
const originFor = (x: number, y: number, z: number): Vec3 =>
  Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) > FAR ? [step(x), step(y), step(z)] : [0, 0, 0];

const originNotes = (origin: Vec3 | null): Sentence[] =>
  origin?.some((n) => n !== 0)
    ? [say`Its coordinates are counted from ${origin[0]}, ${origin[1]}, ${origin[2]}, so that millimetres are kept.`]
    : [];

/** Coordinates of maps are too large for 32 bits: they are counted from near the first point. */
export class Recentred {
  private origin: Vec3 | null;

  /** `still`: coordinates stay as they are, where others count on them. */
  constructor(still = false) {
    this.origin = still ? [0, 0, 0] : null;
  }

  get moved(): boolean {
    return this.origin?.some((n) => n !== 0) ?? false;
  }

  get notes(): Sentence[] {
    return originNotes(this.origin);
  }

  put(into: Float32Array, at: number, x: number, y: number, z: number): void {
    if (!this.origin && isPlace(x, y, z)) this.origin = originFor(x, y, z);
    const [ox, oy, oz] = this.origin ?? [0, 0, 0];
    into[at] = x - ox;
    into[at + 1] = y - oy;
    into[at + 2] = z - oz;
  }
}

/** The same for a text whose lines begin with a word and three coordinates: it is only written anew where they are large. */
export function recentreLines(text: string, word: 'v' | 'vertex'): { text: string; notes: Sentence[] } {
  const line = (flags: string): RegExp => new RegExp(`^([ \\t]*${word})[ \\t]+(\\S+)[ \\t]+(\\S+)[ \\t]+(\\S+)`, flags);
  const [x = 0, y = 0, z = 0] = (line('m').exec(text)?.slice(2) ?? []).map(Number);
  const origin = originFor(x, y, z);
  const notes = isPlace(x, y, z) ? originNotes(origin) : [];
  if (notes.length === 0) return { text, notes };
  return {
    text: text.replace(line('gm'), (_, start: string, ...at: string[]) =>
      [start, ...origin.map((from, axis) => Number(at[axis]) - from)].join(' '),
    ),
    notes,
  };
}

/** The same for a PCD, whose loader keeps 32 bits: text, and doubles that are not packed. Writes into `bytes`. */
export function recentrePcd(
  bytes: Uint8Array<ArrayBuffer>,
  { data, start, stride, points, place }: PcdHeader,
): { bytes: Uint8Array<ArrayBuffer>; notes: Sentence[] } {
  if (!place || data === 'binary_compressed') return { bytes, notes: [] };
  const near = new Recentred();
  const at = new Float32Array(3);
  if (data === 'binary') {
    const view = new DataView(bytes.buffer, bytes.byteOffset + start, points * stride);
    for (let k = 0; k < points; k++) {
      const [x, y, z] = place.map((offset) => view.getFloat64(k * stride + offset, true)) as Vec3;
      near.put(at, 0, x, y, z);
      if (!near.moved && isPlace(x, y, z)) break;
      place.forEach((offset, axis) => view.setFloat64(k * stride + offset, at[axis]!, true));
    }
    return { bytes, notes: near.notes };
  }
  const lines = new TextDecoder().decode(bytes.subarray(start)).split('\n');
  for (const [k, line] of lines.entries()) {
    const words = line.trim().split(/\s+/);
    if (words.length <= Math.max(...place)) continue;
    const [x = NaN, y = NaN, z = NaN] = place.map((word) => Number(words[word]));
    near.put(at, 0, x, y, z);
    if (!near.moved && isPlace(x, y, z)) return { bytes, notes: [] };
    place.forEach((word, axis) => (words[word] = String(at[axis])));
    lines[k] = words.join(' ');
  }
  const body = new TextEncoder().encode(lines.join('\n'));
  const whole = new Uint8Array(start + body.length);
  whole.set(bytes.subarray(0, start));
  whole.set(body, start);
  return { bytes: whole, notes: near.notes };
}
