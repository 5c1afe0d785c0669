// SPDX-License-Identifier: Apache-2.0
/** A moment or a picture that an answer mentions. */
export type Reference = { kind: 'time'; seconds: number } | { kind: 'picture'; number: number };

const CLOCK = String.raw`(?<![\d:.])(?:(?<h>\d{1,2}):)?(?<m>\d{1,2}):(?<s>[0-5]\d(?:\.\d+)?)(?![\d:])`;
const SECONDS = String.raw`(?<![\d:.])(?!(?:1[89]|20)\d\ds\b)(?<sec>\d+(?:\.\d+)?)(?:\s?(?:s|secs?|seconds?)\b|\s*秒)`;
const PICTURE = String.raw`\b(?:frames?|views?|pictures?|images?|photos?|photographs?)\s+(?:number\s+|no\.?\s*|#)?(?<pic>\d{1,3})\b(?!\.\d)`;
const HAN = '[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]';
const PICTURE_ZH = String.raw`(?:视图|视角|图片|照片|图)\s?(?<named>\d{1,3})(?!\d)|第\s*(?<zh>\d{1,3}|${HAN})\s*(?:个视图|个视角|张图片|张照片|张图|张|帧|幅)`;
const ANY = new RegExp([PICTURE, PICTURE_ZH, CLOCK, SECONDS].join('|'), 'giu');
/** The further numbers in "views 1, 2 and 4" or "视图 1、2 和 4". A number before a measure word counts things instead. */
const OTHERS =
  /(?:, \d{1,3})*,? (?:and|&|or) \d{1,3}\b(?![.:]\d|\s*s(?:ec|\b))|(?:\s?、\s?\d{1,3})*\s?[、和与及]\s?\d{1,3}(?!\d|[.:]\d|\s*[个张只秒帧幅])/iuy;

interface Found {
  start: number;
  end: number;
  to: Reference;
}

/**
 * Finds the moments ("0:04", "4.2 s", "at 12 seconds") and pictures ("frame 3", "view 3") in an answer's text, in
 * order.
 */
export function findReferences(text: string): Found[] {
  return [...text.matchAll(ANY)].flatMap((match) => {
    const end = match.index + match[0].length;
    const first = { start: match.index, end, to: meaning(match.groups ?? {}) };
    const several = match.groups?.named !== undefined || /^\p{L}+s\s/u.test(match[0]);
    return several && first.to.kind === 'picture' ? [first, ...others(text, end)] : [first];
  });
}

function others(text: string, from: number): Found[] {
  OTHERS.lastIndex = from;
  const [words] = OTHERS.exec(text) ?? [''];
  return [...words.matchAll(/\d+/g)].map(({ index, 0: number }) => ({
    start: from + index,
    end: from + index + number.length,
    to: { kind: 'picture', number: Number(number) },
  }));
}

function meaning({ h, m, s, sec, pic, named, zh }: Record<string, string | undefined>): Reference {
  const picture = pic ?? named ?? zh;
  if (picture !== undefined) return { kind: 'picture', number: numberOf(picture) };
  if (sec !== undefined) return { kind: 'time', seconds: Number(sec) };
  return { kind: 'time', seconds: Number(h ?? 0) * 3600 + Number(m ?? 0) * 60 + Number(s ?? 0) };
}

/** Parses a number such as 12 or 十二. */
function numberOf(text: string): number {
  if (/^\d/.test(text)) return Number(text);
  const digit = (han: string | undefined): number => (han ? ' 一二三四五六七八九'.indexOf(han) : 0);
  const [tens, ones] = text.includes('十') ? text.split('十') : ['', text];
  return (text.includes('十') ? 10 * (digit(tens) || 1) : 0) + digit(ones);
}
