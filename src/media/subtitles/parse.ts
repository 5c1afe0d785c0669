// SPDX-License-Identifier: Apache-2.0
import { linesOf, type Cue } from '../../contract';
import { SUBTITLE_LENGTH } from '../limits';

const TIME = String.raw`(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})`;
const ARROW = new RegExp(String.raw`^\s*${TIME}\s*-->\s*${TIME}`);

/** Most characters of one subtitle's markup that are read. */
const MOST_MARKUP = 10 * SUBTITLE_LENGTH;

/**
 * Cues of a SubRip or WebVTT text, by time. Both are blocks of lines, one of which has an arrow between two times.
 * Unknown content is skipped, as players do. An empty line ends a cue of WebVTT, which begins with that word; in SubRip
 * text may follow it, up to the next number and times, as in ffmpeg. Styling is removed; a cue without text or length
 * is left out, and a very long one is cut, with an ellipsis. Time and memory are linear in the text. Never throws.
 */
export function parseSubtitles(text: string): Cue[] {
  const cues: Cue[] = [];
  let block: { times: RegExpExecArray; lines: string[]; length: number; ended: boolean } | undefined;
  const emptyEnds = /^\uFEFF?WEBVTT(?!\S)/.test(text);
  const close = (): void => {
    if (!block) return;
    const { times, lines } = block;
    const plain = plainWords(lines.join('\n').slice(0, MOST_MARKUP));
    const [start, end] = [seconds(times.slice(1, 5)), seconds(times.slice(5, 9))];
    if (plain !== '' && end > start) cues.push({ start, end, text: shortened(plain) });
    block = undefined;
  };
  for (const line of linesOf(text.replace(/^\uFEFF/, ''))) {
    const times = ARROW.exec(line);
    if (times) {
      // The number above the arrow is not part of the text before.
      if (block && !block.ended && /^\s*\d+\s*$/.test(block.lines.at(-1) ?? '')) block.lines.pop();
      close();
      block = { times, lines: [], length: 0, ended: false };
    } else if (block && !block.ended) {
      if (emptyEnds && line.trim() === '') block.ended = true;
      else if (block.length < MOST_MARKUP) {
        block.lines.push(line);
        block.length += line.length + 1;
      }
    }
  }
  close();
  return cues.sort((a, b) => a.start - b.start || a.end - b.end);
}

const shortened = (text: string): string =>
  text.length <= SUBTITLE_LENGTH ? text : `${text.slice(0, SUBTITLE_LENGTH).replace(/[\ud800-\udbff]$/, '')}\u2026`;

function seconds([hours = '0', minutes, whole, fraction]: (string | undefined)[]): number {
  const milliseconds = Number(fraction!.padEnd(3, '0'));
  return (Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(whole) * 1000 + milliseconds) / 1000;
}

const NAMED: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  lrm: '\u200e',
  rlm: '\u200f',
};

/**
 * Text without tags (`<i>`, `<v Bob>`, `<00:01.000>`) and SubStation's `{\an8}`, and with WebVTT's entities as
 * characters.
 */
function plainWords(text: string): string {
  return text
    .replace(/\{\\[^{}]*\}/g, '')
    .replace(/<\/?(?:[a-z][^<>]*|\d[\d:.]*)?>/gi, '')
    .replace(/&(?:([a-z]+)|#(\d{1,7})|#x([\da-f]{1,6}));/gi, (whole, name?: string, decimal?: string, hex?: string) => {
      if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : whole;
    })
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join('\n');
}
