// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError, type Sentence } from '../../contract';

/** How files of all formats are refused: what is wrong with the user's file, and what to do about it. */

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

/** The most of anything that is drawn in one picture. */
const MOST_TRIANGLES = 30_000_000;
const MOST_POINTS = 30_000_000;
export const MOST_SPLATS = 4_000_000;
/** A text of a scene must fit in one string, and again as what is made of it. */
export const MOST_TEXT_BYTES = 384 * 2 ** 20;

/** Things drawn one by one, each with a call of its own. */
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

/** Parts within parts: loaders and we follow them by functions that call themselves. */
const DEEPEST = 1000;

export function checkDepth(depth: number, title: string): void {
  if (depth > DEEPEST) throw notA(title, say`has objects nested more than ${DEEPEST} deep`);
}

/** What is packed at all takes so many bytes; a table that says otherwise is no larger cloud, but a trap. */
const LEAST_PACKED_BYTES = 1.5;
export const SMALL_CLOUD = 200_000;

export function refuseUnpackable(count: number, bytes: number, title: string): void {
  if (count > SMALL_CLOUD && bytes < LEAST_PACKED_BYTES * count) throw stopsShort(title, `${bytes} bytes for ${count}`);
}

/** What of a file is not shown. Names of parts are said as the file has them. */
export const leftOutNotes = (names: readonly string[]): Sentence[] =>
  names.length > 0 ? [say`Objects that could not be read, left out: ${names.slice(0, 20)}.`] : [];
