// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError, type Item, type Part, type Placement, type Sentence } from '../contract';

/** Where a picture stands in a written question: Unicode's mark for an object. What anybody types is text. */
export const PLACEHOLDER = '\ufffc';

/**
 * A question that was written where no mark can be set: `<image>` stands for a picture, `\<image>` for the word itself.
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
 * A question and its pictures as one ordered list.
 *
 * - `interleaved`: the k-th placeholder becomes the k-th item; items beyond the last placeholder stand before the
 *   text, as every published prompt has it.
 * - `front`: all items first; a placeholder stays in the text as the words "image k", counted over the conversation.
 *
 * @param before how many pictures the model sees before these.
 * @throws prompt-mismatch when the question refers to more pictures than there are.
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

/** The pictures of a list of parts, in order. */
export function itemsOf(parts: readonly Part[]): Item[] {
  return parts.flatMap((part) => (part.type === 'image' ? [part.item] : []));
}
