/** A moment or a picture that an answer speaks of. */
export type Reference = { kind: 'time'; seconds: number } | { kind: 'picture'; number: number };

const CLOCK = String.raw`(?<![\d:.])(?:(?<h>\d{1,2}):)?(?<m>\d{1,2}):(?<s>[0-5]\d(?:\.\d+)?)(?![\d:])`;
const SECONDS = String.raw`(?<![\d:.])(?!(?:1[89]|20)\d\ds\b)(?<sec>\d+(?:\.\d+)?)(?:\s?(?:s|secs?|seconds?)\b|\s*秒)`;
const PICTURE = String.raw`\b(?:frames?|views?|pictures?|images?|photos?|photographs?)\s+(?:number\s+|no\.?\s*|#)?(?<pic>\d{1,3})\b(?!\.\d)`;
const PICTURE_ZH = String.raw`(?:视图|图片|照片|图)\s?(?<named>\d{1,3})(?!\d)|第\s*(?<zh>\d{1,3})\s*(?:个视图|张图片|张照片|张图|张|帧|幅)`;
const ANY = new RegExp([PICTURE, PICTURE_ZH, CLOCK, SECONDS].join('|'), 'giu');

/** The moments ("0:04", "4.2 s", "at 12 seconds") and pictures ("frame 3", "view 3") in an answer's words, in order. */
export function findReferences(text: string): { start: number; end: number; to: Reference }[] {
  return [...text.matchAll(ANY)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    to: meaning(match.groups ?? {}),
  }));
}

function meaning({ h, m, s, sec, pic, named, zh }: Record<string, string | undefined>): Reference {
  const picture = pic ?? named ?? zh;
  if (picture !== undefined) return { kind: 'picture', number: Number(picture) };
  if (sec !== undefined) return { kind: 'time', seconds: Number(sec) };
  return { kind: 'time', seconds: Number(h ?? 0) * 3600 + Number(m ?? 0) * 60 + Number(s ?? 0) };
}
