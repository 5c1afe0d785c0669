/** A moment or a picture that an answer speaks of. */
export type Reference = { kind: 'time'; seconds: number } | { kind: 'picture'; number: number };
export type Piece = string | { text: string; to: Reference };

const CLOCK = String.raw`(?<![\d:.])(?:(?<h>\d{1,2}):)?(?<m>\d{1,2}):(?<s>[0-5]\d(?:\.\d+)?)(?![\d:])`;
const SECONDS = String.raw`(?<![\d:.])(?!(?:1[89]|20)\d\ds\b)(?<sec>\d+(?:\.\d+)?)(?:\s?(?:s|secs?|seconds?)\b|\s*秒)`;
const PICTURE = String.raw`\b(?:frame|picture|image|photo)\s+(?:number\s+|no\.?\s*|#)?(?<pic>\d{1,3})\b(?!\.\d)`;
const PICTURE_ZH = String.raw`第\s*(?<zh>\d{1,3})\s*(?:张|帧|幅)`;
const ANY = new RegExp([PICTURE, PICTURE_ZH, CLOCK, SECONDS].join('|'), 'giu');

/** An answer's words with the moments ("0:04", "4.2 s", "at 12 seconds") and pictures ("frame 3") in them found. */
export function findReferences(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(ANY)) {
    if (match.index > from) pieces.push(text.slice(from, match.index));
    pieces.push({ text: match[0], to: meaning(match.groups ?? {}) });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push(text.slice(from));
  return pieces;
}

function meaning({ h, m, s, sec, pic, zh }: Record<string, string | undefined>): Reference {
  const picture = pic ?? zh;
  if (picture !== undefined) return { kind: 'picture', number: Number(picture) };
  if (sec !== undefined) return { kind: 'time', seconds: Number(sec) };
  return { kind: 'time', seconds: Number(h ?? 0) * 3600 + Number(m ?? 0) * 60 + Number(s ?? 0) };
}

export const referenceUrl = (to: Reference): string => (to.kind === 'time' ? `#time=${to.seconds}` : `#picture=${to.number}`);

export function readReference(url: string | undefined): Reference | null {
  const [, kind, value] = /^#(time|picture)=(\d+(?:\.\d+)?)$/.exec(url ?? '') ?? [];
  if (kind === undefined) return null;
  return kind === 'time' ? { kind, seconds: Number(value) } : { kind: 'picture', number: Number(value) };
}

/** As much of a Markdown tree as is needed here. */
interface Node {
  type: string;
  value?: string;
  url?: string;
  children?: Node[];
}

/** For react-markdown: moments and pictures become links. Code and the model's own links are left as they are. */
export function linkReferences() {
  const walk = (node: Node): void => {
    if (!node.children || node.type === 'link') return;
    node.children = node.children.flatMap((child): Node[] => {
      if (child.type !== 'text') {
        walk(child);
        return [child];
      }
      return findReferences(child.value ?? '').map((piece) =>
        typeof piece === 'string'
          ? { type: 'text', value: piece }
          : { type: 'link', url: referenceUrl(piece.to), children: [{ type: 'text', value: piece.text }] },
      );
    });
  };
  return walk;
}
