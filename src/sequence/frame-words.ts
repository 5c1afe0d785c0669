import type { Cue, Item, Part, Turn } from '../contract';
import { takeOf } from './takes';

/** A frame's time as the model reads it before the picture: `4.2 s: `. */
export const timeWords = (seconds: number): string => `${Number(seconds.toFixed(2))} s: `;

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

/** What is written before a frame: its time; the name of its part, where one begins; what is said. */
export interface FrameWords {
  frameTimes: boolean;
  segmentLabels: boolean;
  /** What is said at a frame; empty for nothing. */
  spoken?: (item: Item) => string;
}

/**
 * The turns with these words written before each frame, and always, where two videos or scenes are compared, the take
 * a picture is from. It is done last, so that a picture taken out of an earlier question takes its
 * words with it.
 */
export function withFrameWords(turns: readonly Turn[], words: FrameWords): Turn[] {
  return turns.map((turn) => (turn.role === 'user' ? { ...turn, parts: written(turn.parts, words) } : turn));
}

function written(parts: readonly Part[], { frameTimes, segmentLabels, spoken }: FrameWords): Part[] {
  const out: Part[] = [];
  let before: { label?: string | undefined; take?: string | undefined } = {};
  for (const part of parts) {
    if (part.type === 'text') {
      out.push(part);
      continue;
    }
    const { origin } = part.item;
    const label = origin.kind === 'frame' ? origin.label : undefined;
    const take = takeOf(part.item);
    const side = take !== undefined && take !== before.take ? `Take ${take}: ` : '';
    const name = segmentLabels && label !== undefined && label !== before.label ? `${label}: ` : '';
    before = { label, take };
    const time = frameTimes && origin.kind === 'frame' ? timeWords(origin.time) : '';
    const said = spoken?.(part.item).replace(/\s+/g, ' ').trim();
    const words = side + name + time + (said ? `"${said}" ` : '');
    const last = out.at(-1);
    // One chunk of text between two pictures: chunks are tokenised one by one.
    if (words !== '' && last?.type === 'text') out[out.length - 1] = { type: 'text', text: last.text + words };
    else if (words !== '') out.push({ type: 'text', text: words });
    out.push(part);
  }
  return out;
}
