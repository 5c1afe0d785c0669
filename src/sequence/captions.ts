// SPDX-License-Identifier: Apache-2.0
import type { Cue, Item, Part, Turn } from '../contract';
import { sameVideo } from './arrange';

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
  /** Identifies the video that the picture is a part of. */
  video?: string | undefined;
  /** Of the whole video, in seconds, if it is known. */
  duration?: number | undefined;
}

/** The frames of one video in a prompt: their times and the length of the whole video, in seconds. */
export interface CaptionedVideo {
  times: readonly number[];
  duration: number;
}

/** How a model is told about the times of frames. */
export interface CaptionStyle {
  /** The words for a time in seconds. */
  time: (seconds: number) => string;
  /** The words before the first frame of a video. */
  opening?: (video: CaptionedVideo) => string;
  /** The words after the last frame of a video. */
  closing?: (video: CaptionedVideo) => string;
  /** Frames always have times, whatever the user's settings are, because the model was trained with them. */
  always?: boolean;
}

export const PLAIN_CAPTIONS: CaptionStyle = { time: timeWords };

/**
 * Adds its caption before each picture of the turns, as a text part marked as caption. This is done last, so that a
 * picture that is left out of an earlier question has no caption there either.
 */
export function withCaptions(
  turns: readonly Turn[],
  captionOf: (item: Item) => Caption,
  style: CaptionStyle = PLAIN_CAPTIONS,
): Turn[] {
  return turns.map((turn) => (turn.role === 'user' ? { ...turn, parts: written(turn.parts, captionOf, style) } : turn));
}

function written(parts: readonly Part[], captionOf: (item: Item) => Caption, style: CaptionStyle): Part[] {
  const out: Part[] = [];
  const write = (text: string): void => void (text !== '' && out.push({ type: 'text', text, caption: true }));
  let before: Caption = {};
  let times: number[] = []; // of the video so far
  for (const [at, part] of parts.entries()) {
    if (part.type === 'text') {
      out.push(part);
      continue;
    }
    const caption = captionOf(part.item);
    const { take, name, time, said } = caption;
    let words = take !== undefined && take !== before.take ? `Take ${take}: ` : '';
    if (name !== undefined && name !== before.name) words += `${name}: `;
    before = caption;
    if (time !== undefined) {
      if (times.length === 0) words += style.opening?.(videoFrom(parts.slice(at), caption, captionOf)) ?? '';
      words += style.time(time);
      times.push(time);
    }
    const spoken = said?.replace(/\s+/g, ' ').trim();
    write(words + (spoken ? `"${spoken}" ` : ''));
    out.push({ ...part, ...(caption.video !== undefined && { video: caption.video }) });
    const next = parts[at + 1];
    if (next?.type === 'image' && sameVideo(captionOf(next.item), caption)) continue;
    if (times.length > 0) write(style.closing?.({ times, duration: caption.duration ?? times.at(-1)! }) ?? '');
    times = [];
  }
  return out;
}

/** The video that begins with the first of these parts. */
function videoFrom(parts: readonly Part[], first: Caption, captionOf: (item: Item) => Caption): CaptionedVideo {
  const times: number[] = [];
  for (const part of parts) {
    const caption = part.type === 'image' ? captionOf(part.item) : undefined;
    if (!caption || (times.length > 0 && !sameVideo(caption, first))) break;
    times.push(caption.time ?? 0);
  }
  return { times, duration: first.duration ?? times.at(-1)! };
}
