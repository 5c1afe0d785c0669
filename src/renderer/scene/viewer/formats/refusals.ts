import { ZoetropeError } from '../../../../contract';

/** How files of all formats are refused: what is wrong with the user's file, and what to do about it. */

export const notA = (title: string, what: string, detail?: string): ZoetropeError =>
  new ZoetropeError('not-a-scene', `${title} ${what}.`, 'Export it again from the program it was made with.', detail);

export const stopsShort = (title: string, detail?: string): ZoetropeError =>
  new ZoetropeError('not-a-scene', `${title} stops short: part of the file is missing.`, 'Copy or export it again.', detail);

export const tooMuch = (title: string, what: string): ZoetropeError =>
  new ZoetropeError('scene-too-large', `${title} ${what}, more than Zoetrope opens.`, 'Simplify it (fewer triangles or points) or open a part of it.');

/** The most of anything that is drawn in one picture. */
export const MOST_TRIANGLES = 30_000_000;
export const MOST_POINTS = 30_000_000;
export const MOST_SPLATS = 4_000_000;
/** A text of a scene must fit in one string, and again as what is made of it. */
export const MOST_TEXT_BYTES = 384 * 2 ** 20;

export function checkCount(count: number, most: number, of: string, title: string): void {
  if (count > most) throw tooMuch(title, `has ${count >= 2e6 ? `about ${Math.round(count / 1e6)} million` : String(count)} ${of}`);
}
