// SPDX-License-Identifier: Apache-2.0
import { say, type Sentence } from '../../contract';

/** Which columns of a list of points hold what; each group is given by the index of its first column. */
export interface Columns {
  place: [number, number, number];
  colour: number | null;
  normal: number | null;
  brightness: number | null;
}

export const MOST_COLUMNS = 32;

const NAMES: Record<'x' | 'y' | 'z' | 'colour' | 'normal' | 'brightness', readonly string[]> = {
  x: ['x', 'east', 'easting', 'px', 'pointx'],
  y: ['y', 'north', 'northing', 'py', 'pointy'],
  z: ['z', 'height', 'elevation', 'altitude', 'pz', 'pointz'],
  colour: ['r', 'red', 'rf', 'cr'],
  normal: ['nx', 'normalx'],
  brightness: ['i', 'intensity', 'reflectance', 'brightness', 'scalarintensity'],
};

/** Parses a heading such as `X Y Z R G B`; null if it names no coordinates. */
export function columnsOfHeading(line: string): Columns | null {
  const names = line
    .toLowerCase()
    .split(/[\s,;]+/, MOST_COLUMNS)
    .map((name) => name.replace(/[^a-z]/g, ''))
    .filter((name) => name !== '');
  const find = (what: keyof typeof NAMES): number => names.findIndex((name) => NAMES[what].includes(name));
  const place = [find('x'), find('y'), find('z')] as Columns['place'];
  if (place.includes(-1)) return null;
  const orNull = (at: number): number | null => (at < 0 ? null : at);
  return {
    place,
    colour: orNull(find('colour')),
    normal: orNull(find('normal')),
    brightness: orNull(find('brightness')),
  };
}

/** The share of rows that must agree. */
const MOST = 0.95;

/** Guesses what the columns hold from their number and their values. `rows` is a sample of at least one row. */
export function columnsByValue(rows: readonly (readonly number[])[]): Columns {
  const width = commonest(rows.map(({ length }) => length));
  const whole = rows.filter(({ length }) => length >= width);
  const share = (holds: (row: readonly number[]) => boolean): number => whole.filter(holds).length / whole.length;
  const triple = (row: readonly number[], at: number): number[] => row.slice(at, at + 3);
  const starts = (from: number[]): number[] => from.filter((at) => from.includes(at + 1) && from.includes(at + 2));
  const more = Array.from({ length: width - 3 }, (_, k) => 3 + k);
  const unit = (at: number): boolean => share((row) => Math.abs(Math.hypot(...triple(row, at)) - 1) < 0.02) >= MOST;
  const normal = starts(more).find(unit) ?? null;
  const rest = more.filter((at) => normal === null || at < normal || at > normal + 2);
  const colours = starts(rest).filter((at) => {
    const most = Math.max(...whole.flatMap((row) => triple(row, at)));
    const sound = (n: number): boolean => n >= 0 && (most <= 1 || (n <= 65535 && Number.isInteger(n)));
    return share((row) => triple(row, at).every(sound)) === 1;
  });
  // Three colours and one more: scanners write intensity before the colour, other programs an alpha after it.
  const last = rest.at(-1) ?? 0;
  const opaque = rest.length === 4 && whole.every((row) => row[last] === whole[0]![last]);
  const colour = (rest.length === 4 && !opaque && colours.find((at) => at === rest[1])) || (colours[0] ?? null);
  const brightness = colour === null && rest.length > 0 && rest.length < 3 ? rest[0]! : null;
  return { place: [0, 1, 2], colour, normal, brightness };
}

export function columnNotes({ colour, normal, brightness }: Columns): Sentence[] {
  return [
    ...(colour === null ? [] : [say`Columns ${colour + 1} to ${colour + 3} are taken for colours.`]),
    ...(normal === null ? [] : [say`Columns ${normal + 1} to ${normal + 3} are taken for normals.`]),
    ...(brightness === null ? [] : [say`Column ${brightness + 1} is taken for brightness.`]),
  ];
}

function commonest(numbers: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const n of numbers) counts.set(n, (counts.get(n) ?? 0) + 1);
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

/** Splits a line into its numbers. */
export type Split = (line: string) => number[];

const PARTS = /[\s,;]+/;
const DECIMAL = /^[-+]?\d*(?:,\d+)?(?:e[-+]?\d+)?$/i;

/** Detects how numbers are written in these lines: with decimal commas if commas cannot be separators. */
export function splitterFor(lines: readonly string[]): { split: Split; notes: Sentence[] } {
  const parts = /[\s;]+/;
  const numeric = lines.map((line) => line.trim()).filter((line) => /^[-+\d]/.test(line));
  const commas = numeric.some((line) => line.includes(','));
  const decimal =
    commas &&
    numeric.every((line) => {
      const words = line.split(parts, MOST_COLUMNS);
      return words.length === 1 ? !line.includes(',') : words.length >= 3 && words.every((word) => DECIMAL.test(word));
    });
  const plain: Split = (line) => trimmed(line).split(PARTS, MOST_COLUMNS).map(Number);
  if (!decimal) return { split: plain, notes: [] };
  return {
    split: (line) =>
      trimmed(line)
        .split(parts, MOST_COLUMNS)
        .map((word) => Number(word.replace(',', '.'))),
    notes: [say`Its numbers are read with decimal commas.`],
  };
}

/** Removes separators and quotes before the first and after the last number. */
const trimmed = (line: string): string =>
  (line.includes('"') ? line.replaceAll('"', '') : line).trim().replace(/[,;]+$/, '');
