import type { Cue } from '../../contract';

const TIME = String.raw`(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})`;
const ARROW = new RegExp(String.raw`^\s*${TIME}\s*-->\s*${TIME}`);

/**
 * Cues of a SubRip or WebVTT text, by time. Both are blocks of lines with an arrow between two times in one of them;
 * what is not understood is skipped, as players do. Styling is taken out; a cue without words or length is left out.
 * Never throws.
 */
export function parseSubtitles(text: string): Cue[] {
  const cues: Cue[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  for (let i = 0; i < lines.length; i++) {
    const times = ARROW.exec(lines[i]!);
    if (!times) continue;
    const words: string[] = [];
    // To the next empty line, or where one is missing, to the next arrow and the number above it.
    while (i + 1 < lines.length && lines[i + 1]!.trim() !== '' && !ARROW.test(lines[i + 1]!)) words.push(lines[++i]!);
    if (i + 1 < lines.length && ARROW.test(lines[i + 1]!) && /^\s*\d+\s*$/.test(words.at(-1) ?? '')) words.pop();
    const start = seconds(times.slice(1, 5));
    const end = seconds(times.slice(5, 9));
    const plain = plainWords(words.join('\n'));
    if (plain !== '' && end > start) cues.push({ start, end, text: plain });
  }
  return cues.sort((a, b) => a.start - b.start || a.end - b.end);
}

function seconds([hours = '0', minutes, whole, fraction]: (string | undefined)[]): number {
  const milliseconds = Number(fraction!.padEnd(3, '0'));
  return (Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(whole) * 1000 + milliseconds) / 1000;
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', lrm: '\u200e', rlm: '\u200f' };

/** Without tags (`<i>`, `<v Bob>`, `<00:01.000>`), SubStation's `{\an8}`, and with WebVTT's entities as characters. */
function plainWords(text: string): string {
  return text
    .replace(/\{\\[^}]*\}/g, '')
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
