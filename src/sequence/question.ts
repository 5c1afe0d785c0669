// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError, type Item, type Part, type Placement, type Sentence } from '../contract';

/** The placeholder for a picture in a question: Unicode's object replacement character. All typed text stays text. */
export const PLACEHOLDER = '\ufffc';

/**
 * Converts a question that was written without placeholder characters: `<image>` becomes a placeholder, `\<image>` the
 * literal text.
 */
export const withMarks = (written: string): string =>
  written
    .replaceAll(PLACEHOLDER, '')
    .replace(/(\\?)<image>/g, (_, escaped: string) => (escaped === '' ? PLACEHOLDER : '<image>'));

/** How many pictures a question refers to. */
export function placeholderCount(text: string): number {
  return text.split(PLACEHOLDER).length - 1;
}

/**
 * Combines a question and its pictures into one ordered list of content parts.
 *
 * - `interleaved`: the k-th placeholder becomes the k-th item. Items without a placeholder stand before the text, as in
 *   every published prompt.
 * - `front`: all items first. A placeholder becomes the words "image k", counted over the conversation.
 *
 * @param before how many pictures the model sees before these.
 * @throws prompt-mismatch if the question has more placeholders than there are pictures.
 */
export function composeParts(text: string, items: readonly Item[], placement: Placement, before = 0): Part[] {
  const [opening = '', ...rest] = text.split(PLACEHOLDER);
  if (rest.length > items.length) {
    throw new ZoetropeError(
      'prompt-mismatch',
      items.length === 0
        ? say`The question refers to ${count(rest.length)}, but there are none.`
        : say`The question refers to ${count(rest.length)}, but there are only ${items.length}.`,
      say`Add pictures, or remove placeholders from the question.`,
    );
  }
  const parts: Part[] = [];
  const show = (item: Item): void => void parts.push({ type: 'image', item });
  const write = (words: string): void => {
    const last = parts.at(-1);
    if (words === '') return;
    if (last?.type === 'text') last.text += words;
    else parts.push({ type: 'text', text: words });
  };

  const placed = placement === 'interleaved' ? items.slice(0, rest.length) : [];
  items.slice(placed.length).forEach(show);
  write(opening);
  rest.forEach((words, k) => {
    const item = placed[k];
    if (item) show(item);
    else write(`image ${before + k + 1}`);
    write(words);
  });
  return parts;
}

const count = (n: number): Sentence => (n === 1 ? say`1 picture` : say`${n} pictures`);

/** The pictures of a list of content parts, in order. */
export function itemsOf(parts: readonly Part[]): Item[] {
  return parts.flatMap((part) => (part.type === 'image' ? [part.item] : []));
}
