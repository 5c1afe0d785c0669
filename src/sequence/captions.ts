// SPDX-License-Identifier: Apache-2.0
import type { Cue, Item, Part, Turn } from '../contract';

/** The text for a time before a picture: `4.2 s: `. */
const timeWords = (seconds: number): string => `${Number(seconds.toFixed(2))} s: `;

/** Limit in characters for the subtitles written before a picture. */
const MOST_WORDS = 4000;

/** The text of all cues shown at a time, in seconds, the earliest first. Text beyond `MOST_WORDS` is left out. */
export function cueText(cues: readonly Cue[], time: number): string {
  let words = '';
  for (const { start, end, text } of cues) {
    if (start > time || time >= end) continue;
    if (words.length + text.length > MOST_WORDS) return `${words}\n\u2026`.trim();
    words += words === '' ? text : `\n${text}`;
  }
  return words;
}

/** The caption before a picture. Absent fields are not written. */
export interface Caption {
  /** Which of two compared takes it is from. Written only where it differs from the previous picture's. */
  take?: string | undefined;
  /** The name of the range it is from. Written only where it differs from the previous picture's. */
  name?: string | undefined;
  /** In seconds. */
  time?: number | undefined;
  said?: string | undefined;
}

/**
 * Adds its caption before each picture of the turns. This is done last, so that a picture that is left out of an
 * earlier question has no caption there either.
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
    // Only one text part between two pictures, because each text part is tokenized separately.
    if (words !== '' && last?.type === 'text') out[out.length - 1] = { type: 'text', text: last.text + words };
    else if (words !== '') out.push({ type: 'text', text: words });
    out.push(part);
  }
  return out;
}
