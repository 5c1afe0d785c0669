// SPDX-License-Identifier: Apache-2.0
/** The beginning of a prim, up to the end of its name. */
export const PRIM = /(?:def|over|class)[ \t]+(?:[\w:]+[ \t]+)?"[^"\n]*"/y;

/**
 * Rewrites a USD text so that three's line-by-line parser can read it: a prim's metadata on its own lines, or removed
 * if empty; braces at the ends of lines; the content of brackets on one line.
 */
export function plainUsda(text: string): string {
  const out: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length;) {
    const after = skipped(text, at);
    if (after > at) {
      at = after;
      continue;
    }
    const value = text[at] === '=' ? blank(text, at + 1) : at;
    if (text[at] === '=' && text[value] === '(') {
      const end = closing(text, value) + 1;
      out.push(text.slice(from, value), text.slice(value, end).replace(/\s*\n\s*/g, ' '));
      at = from = end;
      continue;
    }
    PRIM.lastIndex = at;
    const head = /[doc]/.test(text[at]!) && !/[\w"]/.test(text[at - 1] ?? '') ? PRIM.exec(text) : null;
    if (!head) {
      at++;
      continue;
    }
    const end = at + head[0].length;
    let next = blank(text, end);
    let metadata = '';
    if (text[next] === '(') {
      const close = closing(text, next);
      metadata = text.slice(next + 1, close).trim();
      next = blank(text, close + 1);
    }
    if (text[next] !== '{') {
      at = end;
      continue;
    }
    const line = text.lastIndexOf('\n', at) + 1;
    const own = text.slice(line, at).trim() === '';
    out.push(
      text.slice(from, own ? line : at),
      own ? '' : '\n',
      head[0],
      metadata === '' ? '' : ` (\n${metadata}\n)`,
      '\n{\n',
    );
    at = from = next + 1;
  }
  out.push(text.slice(from));
  return out.join('');
}

/** The position after a comment or a string that begins here; else the same position. */
export function skipped(text: string, at: number): number {
  const past = (end: string, from: number): number => {
    const found = text.indexOf(end, from);
    return found < 0 ? text.length : found + end.length;
  };
  if (text[at] === '#') return past('\n', at) - 1;
  for (const quote of ['"""', "'''"]) if (text.startsWith(quote, at)) return past(quote, at + 3);
  if (text[at] !== '"' && text[at] !== "'") return at;
  for (let to = at + 1; to < text.length; to++) {
    if (text[to] === '\\') to++;
    else if (text[to] === text[at] || text[to] === '\n') return to + 1;
  }
  return text.length;
}

export const blank = (text: string, at: number): number => {
  while (at < text.length && text.charCodeAt(at) <= 32) at++;
  return at;
};

/** The position of the bracket that closes the one here; the end of the text if there is none. */
export function closing(text: string, at: number): number {
  let depth = 0;
  while (at < text.length) {
    const after = skipped(text, at);
    if (text[at] === '(') depth++;
    if (text[at] === ')' && --depth === 0) return at;
    at = Math.max(after, at + 1);
  }
  return text.length;
}

/** The names of the prims in a USD text that are drawn. */
export const drawnPrims = (text: string): string[] =>
  [
    ...text.matchAll(
      /^[ \t]*def[ \t]+(?:Mesh|Cube|Sphere|Cylinder|Cone|Capsule|Plane|Points|BasisCurves)[ \t]+"([^"\n]+)"/gm,
    ),
  ].map((match) => match[1]!);
