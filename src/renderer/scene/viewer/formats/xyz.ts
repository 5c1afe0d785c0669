import { say } from '../../../../contract';
import type { Cloud } from './points';
import { Recentred } from './recentre';
import { checkCount, notA } from './refusals';

/**
 * Points as text: x y z, then nothing, an intensity, red green blue, or an intensity and a colour; parted by spaces,
 * commas, semicolons or tabs. A first line that is a count (PTS) and lines that are remarks or headings are passed over.
 */
export function readXyz(text: string, title: string): Cloud {
  const rows = new Rows();
  let columns: number = Infinity;
  let strange = 0;
  for (const line of linesOf(text)) {
    if (line === '' || /^\s*(#|\/\/|$)/.test(line)) continue;
    const row = line.trim().split(/[\s,;]+/, MOST_COLUMNS).map(Number);
    if (row.length < 3 || !row.every(Number.isFinite)) {
      if (row.length === 1 && rows.count === 0) continue; // a count
      strange++;
      continue;
    }
    columns = Math.min(columns, row.length);
    rows.add(row);
  }
  checkCount(rows.count, 'points', title);
  // One heading may be strange; a file that is mostly strange is none of points.
  if (rows.count === 0 || strange > 1 + rows.count / 100) throw notA(title, say`is not a list of points`, `${strange} strange lines, ${rows.count} points`);
  const { positions, more } = rows.taken();
  const first = columns >= 7 ? 1 : columns >= 6 ? 0 : null;
  if (first === null && columns < 4) return { positions, colours: null };
  const colour = (k: number, c: number): number => more[MORE * k + (first === null ? 0 : first + c)]!;
  let brightest = 0;
  for (let k = 0; k < rows.count; k++) for (let c = 0; c < 3; c++) brightest = Math.max(brightest, colour(k, c));
  // Colours up to 1 and up to 255 are both written; an intensity may go up to anything.
  const scale = first === null ? 255 / (brightest || 1) : brightest <= 1 ? 255 : brightest > 255 ? 255 / 65535 : 1;
  const colours = new Uint8Array(3 * rows.count);
  for (let k = 0; k < rows.count; k++) for (let c = 0; c < 3; c++) colours[3 * k + c] = scale * colour(k, c);
  return { positions, colours };
}

/** Those after the place that are of use: an intensity and a colour. */
const MORE = 4;
const MOST_COLUMNS = 16;

function* linesOf(text: string): Iterable<string> {
  const end = /\r\n|\r|\n/g;
  let from = 0;
  for (let match = end.exec(text); match; match = end.exec(text)) {
    yield text.slice(from, match.index);
    from = end.lastIndex;
  }
  yield text.slice(from);
}

/** Numbers of the rows, in arrays that grow. */
class Rows {
  count = 0;
  private positions = new Float32Array(3 * 1024);
  private more = new Float32Array(MORE * 1024);
  private readonly place = new Recentred();

  add(row: readonly number[]): void {
    if (3 * this.count === this.positions.length) {
      this.positions = grown(this.positions);
      this.more = grown(this.more);
    }
    this.place.put(this.positions, 3 * this.count, row[0]!, row[1]!, row[2]!);
    for (let c = 0; c < MORE; c++) this.more[MORE * this.count + c] = row[3 + c] ?? 0;
    this.count += 1;
  }

  taken(): { positions: Float32Array<ArrayBuffer>; more: Float32Array<ArrayBuffer> } {
    return { positions: this.positions.slice(0, 3 * this.count), more: this.more };
  }
}

function grown(array: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(2 * array.length);
  larger.set(array);
  return larger;
}
