// SPDX-License-Identifier: Apache-2.0
import { linesOf, say, type Vec3 } from '../../contract';
import type { Cloud } from './points';
import { Recentred } from './recentre';
import { checkCount, notA } from '../files/refusals';
import { columnNotes, columnsByValue, columnsOfHeading, splitterFor, type Columns } from './xyz-columns';

/**
 * Reads points as text: x y z, then a colour, a normal and an intensity in any order, separated by spaces, commas,
 * semicolons or tabs, with decimal points or commas. A heading says what the columns hold; without one they are guessed
 * from their values. Comments and a first line that is a count (PTS) are skipped.
 */
export function readXyz(text: string, title: string, origin?: Vec3): Cloud {
  const sample = sampleLines(text);
  const { split, notes } = splitterFor(sample);
  const heading = headingOf(text);
  const rows = sample.map(split).filter(isRow);
  if (rows.length === 0) throw notA(title, say`is not a list of points`, 'no line of three numbers');
  const columns = heading ?? columnsByValue(rows);
  const { place, colour, brightness } = columns;
  const shown = colour === null ? (brightness === null ? [] : [brightness]) : [colour, colour + 1, colour + 2];
  const points = new Points(shown.length, origin);
  let strange = 0;
  for (const line of linesOf(text)) {
    if (isRemark(line)) continue;
    const row = split(line);
    const [x = NaN, y = NaN, z = NaN] = place.map((at) => row[at]);
    if (!isRow(row) || Number.isNaN(x + y + z)) {
      if (row.length === 1 && points.count === 0) continue; // the number of points
      strange++;
      continue;
    }
    points.add(
      x,
      y,
      z,
      shown.map((at) => row[at] ?? 0),
    );
  }
  checkCount(points.count, 'points', title);
  // One heading is allowed; a file in which more than 1% of the other lines are no points is refused.
  if (points.count === 0 || strange > 1 + points.count / 100)
    throw notA(title, say`is not a list of points`, `${strange} strange lines, ${points.count} points`);
  return { ...points.taken(), notes: [...notes, ...(heading ? [] : columnNotes(columns))] };
}

const isRow = (row: readonly number[]): boolean => row.length >= 3 && row.every(Number.isFinite);
const isRemark = (line: string): boolean => /^\s*(?:#|\/\/|$)/.test(line);

/** A heading stands before the first row of numbers, perhaps in a comment. */
function headingOf(text: string): Columns | null {
  let seen = 0;
  for (const line of linesOf(text)) {
    if (/^\s*[-+.\d]/.test(line) && line.trim().split(/[\s,;]+/, 2).length > 1) return null;
    const columns = columnsOfHeading(line.slice(0, 1000));
    if (columns || ++seen > 20) return columns;
  }
  return null;
}

const SPOTS = 20;
const LINES_A_SPOT = 100;

/** Lines sampled from the whole text. */
function sampleLines(text: string): string[] {
  const found: string[] = [];
  const reach = text.length / SPOTS;
  let last = 0;
  for (let spot = 0; spot < SPOTS; spot++) {
    const from = Math.max(last, Math.floor(spot * reach));
    const start = from === 0 ? 0 : text.indexOf('\n', from - 1) + 1;
    if (start === 0 && from > 0) break;
    let taken = 0;
    last = start;
    for (const line of linesOf(text, start)) {
      last += line.length + 1;
      if (!isRemark(line)) found.push(line.slice(0, 2000));
      if (++taken === LINES_A_SPOT || last >= (spot + 1) * reach + 2000) break;
    }
  }
  return found;
}

/** Positions and colours or intensities, in arrays that grow. */
class Points {
  count = 0;
  private positions = new Float32Array(3 * 1024);
  private values: Float32Array<ArrayBuffer>;
  private readonly place: Recentred;

  /** `width`: 3 for colours, 1 for intensity, 0 for neither. */
  constructor(
    private readonly width: number,
    origin: Vec3 | undefined,
  ) {
    this.place = new Recentred(origin);
    this.values = new Float32Array(width * 1024);
  }

  add(x: number, y: number, z: number, values: readonly number[]): void {
    if (3 * this.count === this.positions.length) {
      this.positions = grown(this.positions);
      this.values = grown(this.values);
    }
    this.place.put(this.positions, 3 * this.count, x, y, z);
    for (let c = 0; c < this.width; c++) this.values[this.width * this.count + c] = values[c]!;
    this.count += 1;
  }

  taken(): Cloud {
    const { count, width, values } = this;
    const { origin } = this.place;
    const positions = this.positions.slice(0, 3 * count);
    if (width === 0) return { positions, colours: null, origin };
    let brightest = 0;
    for (let k = 0; k < width * count; k++) brightest = Math.max(brightest, values[k]!);
    // Colours may range to 1 or to 255; intensity has no fixed maximum.
    const scale = width === 1 ? 255 / (brightest || 1) : brightest <= 1 ? 255 : brightest > 255 ? 255 / 65535 : 1;
    const colours = new Uint8Array(3 * count);
    for (let k = 0; k < count; k++)
      for (let c = 0; c < 3; c++) colours[3 * k + c] = Math.round(scale * values[width * k + (c % width)]!);
    return { positions, colours, origin };
  }
}

function grown(array: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(2 * array.length);
  larger.set(array);
  return larger;
}
