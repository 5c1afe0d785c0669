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
  /**
   * How many frames share one caption, with the mean of their times and all their words, before the first. Default: 1.
   * Frames of different takes or ranges do not.
   */
  together?: number;
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
  let covered = 0; // frames whose caption is written
  for (const [at, part] of parts.entries()) {
    if (part.type === 'text') {
      out.push(part);
      continue;
    }
    const caption = captionOf(part.item);
    const { take, name, time } = caption;
    let words = take !== undefined && take !== before.take ? `Take ${take}: ` : '';
    if (name !== undefined && name !== before.name) words += `${name}: `;
    before = caption;
    const group = covered > 0 ? [] : sharing(parts, at, captionOf, style.together ?? 1);
    if (time !== undefined) {
      if (times.length === 0) words += style.opening?.(videoFrom(parts.slice(at), caption, captionOf)) ?? '';
      if (covered === 0) words += style.time(mean(group.map((one) => one.time ?? time)));
      times.push(time);
    }
    covered = covered > 0 ? covered - 1 : group.length - 1;
    for (const spoken of new Set(group.map((one) => one.said?.replace(/\s+/g, ' ').trim())))
      if (spoken) words += `"${spoken}" `;
    write(words);
    out.push({ ...part, ...(caption.video !== undefined && { video: caption.video }) });
    const next = parts[at + 1];
    if (next?.type === 'image' && sameVideo(captionOf(next.item), caption)) continue;
    if (times.length > 0) write(style.closing?.({ times, duration: caption.duration ?? times.at(-1)! }) ?? '');
    times = [];
  }
  return out;
}

/** The captions of a frame and of those that share its caption, up to `together`. */
function sharing(parts: readonly Part[], at: number, captionOf: (item: Item) => Caption, together: number): Caption[] {
  const group: Caption[] = [];
  for (const part of parts.slice(at, at + together)) {
    const caption = part.type === 'image' ? captionOf(part.item) : undefined;
    const first = group[0];
    const same =
      first && caption && sameVideo(caption, first) && caption.take === first.take && caption.name === first.name;
    if (!caption || (first && !same)) break;
    group.push(caption);
  }
  return group;
}

/** Of at least one number. */
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;

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
