// SPDX-License-Identifier: Apache-2.0
/** Longest piece that is looked for, in UTF-16 units: a long sentence. */
const LONGEST = 400;
/** So often one after another no honest text says the same. */
const TIMES = 10;
/** The least length of such a stretch: "ha ha ha", a ruler of dashes and a refrain are shorter. */
const LEAST = 100;
/** The same of digits, marks and spaces alone: a number of many zeros, a table of them, a rule. */
const LEAST_UNWORDED = 400;
/** Pieces as short as a word may honestly come once for every picture. */
const SHORT = 60;
/** Tokens in a row of which no text came. */
const SILENT = 32;

/**
 * Watches an answer, whichever model gives it, for one that goes round in circles: its end is one piece over and over, exactly.
 * What honest answers repeat is left alone: lists that say the same of every picture, numbers, rulers, refrains. Each
 * character costs as many comparisons as the longest piece has.
 */
export class RepetitionWatch {
  #text = '';
  /** For each length of a piece, how many characters at the end are as that many before. */
  readonly #same = new Uint32Array(LONGEST + 1);
  #silent = 0;

  /** @param pictures how many the question shows: a list may say the same of all of them. */
  constructor(private readonly pictures: number) {}

  /**
   * Takes the next piece of the answer, as it is streamed.
   * @returns how much of the whole to keep, in UTF-16 units: up to the end of the first round; undefined while all is well.
   */
  add(delta: string): number | undefined {
    this.#silent = delta === '' ? this.#silent + 1 : 0;
    if (this.#silent > SILENT) return this.#text.length;
    const from = this.#text.length;
    this.#text += delta;
    for (let at = from; at < this.#text.length; at++) {
      const unit = this.#text.charCodeAt(at);
      for (let length = 1; length <= LONGEST; length++) {
        this.#same[length] = at >= length && this.#text.charCodeAt(at - length) === unit ? this.#same[length]! + 1 : 0;
      }
    }
    for (let length = 1; length <= LONGEST; length++) {
      const span = this.#same[length]! + length;
      const times = TIMES + (length < SHORT ? this.pictures : 0);
      if (span < LEAST || span < times * length) continue;
      const begins = this.#text.length - span;
      const piece = this.#text.slice(begins, begins + length);
      if (span >= LEAST_UNWORDED || /\p{L}/u.test(piece)) return this.#firstRound(begins, piece);
    }
    return undefined;
  }

  /** Where the first round ends: at the end of a word where it can be, and not between the two halves of a character. */
  #firstRound(begins: number, piece: string): number {
    const atWord = begins === 0 || /\s/.test(this.#text[begins - 1]!);
    const end = begins + piece.length + (atWord ? 0 : piece.search(/\s/) + 1);
    return /[\ud800-\udbff]/.test(this.#text[end - 1]!) ? end + 1 : end;
  }
}
