// SPDX-License-Identifier: Apache-2.0
import { blank, closing, PRIM, skipped } from './plain-usda';

interface Block {
  name: string;
  start: number;
  end: number;
}

/**
 * Removes the prims that three's parser fails on from a USD text (as `plainUsda` returns it). Returns the rest and
 * their names. Only prims without child prims are tested, each by itself.
 */
export function withoutFaulty(text: string, parse: (text: string) => object): { text: string; names: string[] } {
  const faulty = innermost(text).filter(({ start, end }) => !isSound(text.slice(start, end), parse));
  let kept = '';
  let from = 0;
  for (const { start, end } of faulty) {
    kept += text.slice(from, start);
    from = end;
  }
  return { text: kept + text.slice(from), names: faulty.map(({ name }) => name) };
}

/** Whether the parser reads the prim and correctly finds its end. */
function isSound(prim: string, parse: (text: string) => object): boolean {
  try {
    const { 'def Scope "around"': around, 'def Scope "after"': after } = parse(
      `def Scope "around"\n{\n${prim}\n}\ndef Scope "after"\n{\n}\n`,
    ) as Record<string, object | undefined>;
    return around !== undefined && after !== undefined && Object.keys(around).length > 0;
  } catch {
    return false;
  }
}

/** The prims without child prims, in order. */
function innermost(text: string): Block[] {
  const found: Block[] = [];
  /** Blocks that are still open; those without a name are not prims. */
  const open: { name: string | null; start: number; holds: boolean }[] = [];
  let begun: { name: string; start: number } | null = null;
  for (let at = 0; at < text.length;) {
    const after = skipped(text, at);
    if (after > at) {
      at = after;
      continue;
    }
    PRIM.lastIndex = at;
    const head = /[doc]/.test(text[at]!) && !/[\w"]/.test(text[at - 1] ?? '') ? PRIM.exec(text) : null;
    if (head) {
      begun = { name: /"([^"]*)"$/.exec(head[0])![1]!, start: at };
      at = blank(text, at + head[0].length);
      if (text[at] === '(') at = closing(text, at) + 1;
      continue;
    }
    if (text[at] === '{') {
      open.push({ ...(begun ?? { name: null, start: at }), holds: false });
      begun = null;
    }
    if (text[at] === '}') {
      const { name = null, start = 0, holds = false } = open.pop() ?? {};
      if (name !== null && !holds) found.push({ name, start, end: at + 1 });
      const around = open.at(-1);
      if (around && (holds || name !== null)) around.holds = true;
    }
    at++;
  }
  return found;
}
