// SPDX-License-Identifier: Apache-2.0
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toMarkdown } from 'mdast-util-to-markdown';
import type { Nodes, PhrasingContent } from 'mdast';

/** Headings of an answer are moved this many levels below those of the page. */
const LEVELS_ABOVE = 3;

/**
 * Makes a model's Markdown safe to open in any reader. Emphasis, lists and code stay. Pictures, links and HTML become
 * plain text, because a reader would load or run them. Headings are moved below the page's own. An open code fence is
 * closed.
 * @throws RangeError if the Markdown is nested too deeply for a reader.
 */
export function harmlessMarkdown(text: string): string {
  const root = fromMarkdown(text);
  return toMarkdown({ type: 'root', children: inside(root) }, { bullet: '-', emphasis: '*' }).trim();
}

/** @param block whether the node is among paragraphs, and not among words. */
function harmless(node: Nodes, block: boolean): Nodes[] {
  switch (node.type) {
    case 'definition':
      return [];
    case 'html':
      return [block ? { type: 'paragraph', children: [words(node.value)] } : words(node.value)];
    case 'image':
      return [words(node.alt ? `${node.alt} (${node.url})` : node.url)];
    case 'imageReference':
      return [words(node.alt ?? node.identifier)];
    case 'linkReference':
      return inside(node);
    case 'link':
      return [...inside(node), words(` (${node.url})`)];
    case 'heading':
      return [{ ...node, depth: Math.min(6, node.depth + LEVELS_ABOVE) as typeof node.depth, children: inside(node) }];
    default:
      return 'children' in node ? [{ ...node, children: inside(node) } as Nodes] : [node];
  }
}

function inside<N extends Nodes & { children: unknown[] }>(node: N): N['children'] {
  const block = ['root', 'blockquote', 'listItem'].includes(node.type);
  return (node.children as Nodes[]).flatMap((child) => harmless(child, block));
}

const words = (value: string): PhrasingContent => ({ type: 'text', value });
