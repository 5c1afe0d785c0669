// SPDX-License-Identifier: Apache-2.0
import type { Citation, FindCitations } from './citations';

/** Splits a text into plain runs and citations. */
export function splitText(text: string, find: FindCitations): (string | { text: string; citation: Citation })[] {
  const parts: (string | { text: string; citation: Citation })[] = [];
  let from = 0;
  for (const citation of find(text)) {
    if (citation.start > from) parts.push(text.slice(from, citation.start));
    parts.push({ text: text.slice(citation.start, citation.end), citation });
    from = citation.end;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

/** The properties of the Markdown document tree that are used here. */
export interface TextTree {
  type: string;
  tagName?: string;
  value?: string;
  properties?: Record<string, unknown>;
  children?: TextTree[];
}

/** Elements that contain code, which is shown unchanged. */
const LITERAL = new Set(['code', 'pre']);

/**
 * Replaces the citations in a document's text by `cite` elements, whose `number` is the index in the returned list. Raw
 * HTML has been removed before, so no `cite` element is the model's own.
 */
export function citeTree(tree: TextTree, find: FindCitations): Citation[] {
  const found: Citation[] = [];
  const walk = (node: TextTree): void => {
    if (LITERAL.has(node.tagName ?? '')) return;
    node.children =
      node.children?.flatMap((child) => {
        if (child.type !== 'text') {
          walk(child);
          return [child];
        }
        return splitText(child.value ?? '', find).map((part): TextTree => {
          if (typeof part === 'string') return { type: 'text', value: part };
          const number = found.push(part.citation) - 1;
          return {
            type: 'element',
            tagName: 'cite',
            properties: { number },
            children: [{ type: 'text', value: part.text }],
          };
        });
      }) ?? [];
  };
  walk(tree);
  return found;
}
