// SPDX-License-Identifier: Apache-2.0
/** Longest repeated piece that is detected, in UTF-16 units: a long sentence. */
const LONGEST = 400;
/** Number of repetitions in a row that is never intended. */
const TIMES = 10;
/** Shortest repeated stretch that counts, in UTF-16 units: "ha ha ha", a line of dashes and a refrain are shorter. */
const LEAST = 100;
/** The same limit for stretches without letters, such as a number with many zeros, a table of them, or a line. */
const LEAST_UNWORDED = 400;
/** Pieces shorter than this may legitimately appear once for every picture. */
const SHORT = 60;
/** Largest number of tokens in a row that produce no text. */
const SILENT = 32;

/**
 * Detects an answer that repeats itself endlessly: it ends with one piece repeated exactly. Legitimate repetition is
 * allowed: lists that say the same of every picture, numbers, lines, refrains. Each character costs as many comparisons
 * as the longest piece has.
 */
export class RepetitionWatch {
  #text = '';
  /** For each length of a piece, how many characters at the end equal the one that many characters before. */
  readonly #same = new Uint32Array(LONGEST + 1);
  #silent = 0;

  /** @param pictures number of pictures in the question; a list may say the same of all of them. */
  constructor(private readonly pictures: number) {}

  /**
   * Adds a piece of the answer as it is streamed.
   * @returns undefined while there is no endless repetition; else how much of the text to keep, in UTF-16 units: up to
   * the end of the first occurrence.
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
      const fragment = this.#text.slice(begins, begins + length);
      if (span >= LEAST_UNWORDED || /\p{L}/u.test(fragment)) return this.#firstRound(begins, fragment);
    }
    return undefined;
  }

  /** The end of the first occurrence, moved to the end of a word if possible, and never between two surrogates. */
  #firstRound(begins: number, fragment: string): number {
    const atWord = begins === 0 || /\s/.test(this.#text[begins - 1]!);
    const end = begins + fragment.length + (atWord ? 0 : fragment.search(/\s/) + 1);
    return /[\ud800-\udbff]/.test(this.#text[end - 1]!) ? end + 1 : end;
  }
}
