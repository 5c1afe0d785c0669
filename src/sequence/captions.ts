// SPDX-License-Identifier: Apache-2.0
import type { Cue, Item, Part, Turn } from '../contract';

/** A time as the model reads it before a picture: `4.2 s: `. */
const timeWords = (seconds: number): string => `${Number(seconds.toFixed(2))} s: `;

/** The most words on screen at once that are read, in characters. */
const MOST_WORDS = 4000;

/** The words on screen at a moment, those that began first on top; of more than fit a screen, the first. */
export function cueText(cues: readonly Cue[], time: number): string {
  let words = '';
  for (const { start, end, text } of cues) {
    if (start > time || time >= end) continue;
    if (words.length + text.length > MOST_WORDS) return `${words}\n\u2026`.trim();
    words += words === '' ? text : `\n${text}`;
  }
  return words;
}

/** What is written before a picture, each where there is one. */
export interface Caption {
  /** Which of two that are compared it is from; written where it changes. */
  take?: string | undefined;
  /** Of the part that it is from; written where it changes. */
  name?: string | undefined;
  /** Seconds. */
  time?: number | undefined;
  said?: string | undefined;
}

/**
 * The turns with its caption before each picture. It is done last, so that a picture taken out of an earlier question
 * takes its words with it.
 */
export function withCaptions(turns: readonly Turn[], captionOf: (item: Item) => Caption): Turn[] {
  return turns.map((turn) => (turn.role === 'user' ? { ...turn, parts: written(turn.parts, captionOf) } : turn));
}

function written(parts: readonly Part[], captionOf: (item: Item) => Caption): Part[] {
  const out: Part[] = [];
  let before: Caption = {};
  for (const part of parts) {
    if (part.type === 'text') {
      out.push(part);
      continue;
    }
    const caption = captionOf(part.item);
    const take = caption.take !== undefined && caption.take !== before.take ? `Take ${caption.take}: ` : '';
    const name = caption.name !== undefined && caption.name !== before.name ? `${caption.name}: ` : '';
    before = caption;
    const time = caption.time === undefined ? '' : timeWords(caption.time);
    const said = caption.said?.replace(/\s+/g, ' ').trim();
    const words = take + name + time + (said ? `"${said}" ` : '');
    const last = out.at(-1);
    // One chunk of text between two pictures: chunks are tokenised one by one.
    if (words !== '' && last?.type === 'text') out[out.length - 1] = { type: 'text', text: last.text + words };
    else if (words !== '') out.push({ type: 'text', text: words });
    out.push(part);
  }
  return out;
}
