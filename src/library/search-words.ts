// SPDX-License-Identifier: Apache-2.0
import type { TextRun } from '../contract';

/** Scripts that are written without spaces. Each of their characters is indexed as a word of its own. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/gu;

/** Characters shown on each side of the first match. */
const AROUND = 60;

/** A text as it is indexed. */
export const indexed = (text: string): string => text.replace(UNSPACED, ' $& ');

/** The words that a search is for. Quotes keep words together. */
export const wordsOf = (query: string): string[] =>
  [...query.matchAll(/"([^"]+)"|[^\s"]+/g)].map((match) => match[1] ?? match[0]).slice(0, 16);

/** The words as a query of FTS5: all of them, each as the beginning of a word. Null if there is nothing to look for. */
export function matchOf(words: readonly string[]): string | null {
  const terms = words
    .map((word) => indexed(word).trim())
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .map((word) => `"${word.replaceAll('"', '""')}"*`);
  return terms.length > 0 ? terms.join(' ') : null;
}

/** A text without case and accents, of the same length. */
const folded = (text: string): string =>
  Array.from(text, (char) => {
    const plain = char.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
    return plain.length === char.length ? plain : char;
  }).join('');

/** Whether a short text, such as a name, has all words. */
export function hasWords(text: string, words: readonly string[]): boolean {
  const plain = folded(text);
  return words.length > 0 && words.every((word) => plain.includes(folded(word)));
}

/** The part of a text around the first match, in runs: those that match a word, and those between them. */
export function excerpt(text: string, words: readonly string[]): TextRun[] {
  const line = text.replace(/\s+/g, ' ').trim();
  const plain = folded(line);
  const sought = words.map(folded).filter((word) => word !== '');
  const first = Math.min(...sought.map((word) => plain.indexOf(word)).filter((at) => at >= 0), Infinity);
  const at = Number.isFinite(first) ? first : 0;
  const from = at <= AROUND ? 0 : line.indexOf(' ', at - AROUND) + 1 || at - AROUND;
  const start = from > at ? at : from;
  const end = Math.min(line.length, at + 2 * AROUND);
  const runs: TextRun[] = [];
  const add = (piece: string, match: boolean): void => {
    const last = runs.at(-1);
    if (piece === '') return;
    if (last?.match === match) last.text += piece;
    else runs.push({ text: piece, match });
  };
  if (start > 0) add('…', false);
  for (let k = start; k < end;) {
    const hit = sought.filter((word) => plain.startsWith(word, k)).sort((a, b) => b.length - a.length)[0];
    const length = Math.min(hit?.length ?? 1, end - k);
    add(line.slice(k, k + length), hit !== undefined);
    k += length;
  }
  if (end < line.length) add('…', false);
  return runs;
}
