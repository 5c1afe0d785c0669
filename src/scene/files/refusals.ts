// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError, type Sentence } from '../../contract';

/** Errors for files of every format: what is wrong with the user's file, and what to do about it. */

export const notA = (title: string, what: Sentence, detail?: string): ZoetropeError =>
  new ZoetropeError(
    'not-a-scene',
    say`${title} ${what}.`,
    say`Export it again from the program it was made with.`,
    detail,
  );

export const stopsShort = (title: string, detail?: string): ZoetropeError =>
  new ZoetropeError(
    'not-a-scene',
    say`${title} stops short: part of the file is missing.`,
    say`Copy or export it again.`,
    detail,
  );

export const tooMuch = (title: string, what: Sentence): ZoetropeError =>
  new ZoetropeError(
    'scene-too-large',
    say`${title} ${what}, more than Zoetrope opens.`,
    say`Simplify it (fewer triangles or points) or open a part of it.`,
  );

/** The largest number of each kind of primitive in one picture. */
const MOST_TRIANGLES = 30_000_000;
const MOST_POINTS = 30_000_000;
export const MOST_SPLATS = 4_000_000;
/** The text of a scene must fit in one string, and what is parsed from it takes as much memory again. */
export const MOST_TEXT_BYTES = 384 * 2 ** 20;

/** The largest number of draw calls. */
export const MOST_DRAWS = 20_000;

const COUNTED = {
  triangles: { most: MOST_TRIANGLES, about: (millions: number) => say`has about ${millions} million triangles` },
  points: { most: MOST_POINTS, about: (millions: number) => say`has about ${millions} million points` },
  splats: { most: MOST_SPLATS, about: (millions: number) => say`has about ${millions} million splats` },
};

export function checkCount(count: number, of: keyof typeof COUNTED, title: string, most = COUNTED[of].most): void {
  if (count > most) throw tooMuch(title, COUNTED[of].about(Math.round(count / 1e6)));
}

export function checkDraws(draws: number, title: string): void {
  if (draws <= MOST_DRAWS) return;
  throw new ZoetropeError(
    'scene-too-large',
    say`${title} has about ${Math.round(draws / 1000)} thousand objects, more than Zoetrope opens.`,
    say`Join those of one material in the program it was made with, or open a part of it.`,
  );
}

/** Maximum nesting of nodes: the loaders and our own code walk them by recursion. */
const DEEPEST = 1000;

export function checkDepth(depth: number, title: string): void {
  if (depth > DEEPEST) throw notA(title, say`has objects nested more than ${DEEPEST} deep`);
}

/** Packed points take at least this many bytes each. A header that promises more points than that is an attack. */
const LEAST_PACKED_BYTES = 1.5;
export const SMALL_CLOUD = 200_000;

export function refuseUnpackable(count: number, bytes: number, title: string): void {
  if (count > SMALL_CLOUD && bytes < LEAST_PACKED_BYTES * count) throw stopsShort(title, `${bytes} bytes for ${count}`);
}

/** Notes about parts of a file that are not shown. Their names are given as they are in the file. */
export const leftOutNotes = (names: readonly string[]): Sentence[] =>
  names.length > 0 ? [say`Objects that could not be read, left out: ${names.slice(0, 20)}.`] : [];
