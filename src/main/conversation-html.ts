// SPDX-License-Identifier: Apache-2.0
import { micromark } from 'micromark';
import { gfmTable, gfmTableHtml } from 'micromark-extension-gfm-table';
import type { ConversationFile, Item, Language } from '../contract';
import { conversationMarkdown } from './conversation-markdown';

/** The page may show what it holds itself, and nothing else: no scripts, and nothing from elsewhere. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.6 system-ui, sans-serif; }
body { max-width: 860px; margin: 0 auto; padding: 32px 20px 64px; overflow-wrap: anywhere; }
h1 { font-size: 24px; } h2 { margin: 36px 0 8px; font-size: 15px; color: #8a5300; } h3 { font-size: 13px; }
table { border-collapse: collapse; display: block; max-width: 100%; overflow-x: auto; font-size: 12px; }
td, th { overflow-wrap: normal; padding: 4px 8px; border: 1px solid #8884; text-align: left; vertical-align: top; }
td code { overflow-wrap: anywhere; }
img { display: block; width: 190px; height: auto; }
pre { max-height: 320px; padding: 10px; overflow: auto; border: 1px solid #8884; white-space: pre-wrap; font-size: 12px; }
@media (prefers-color-scheme: dark) { body { background: #161513; color: #e8e4dc; } h2 { color: #f0b05a; } }
@media print { pre { max-height: none; } }`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/**
 * A conversation as one HTML page that needs no other file: what `conversationMarkdown` writes, with the pictures in it.
 * @param pictureOf the picture as a `data:` address; null if it no longer exists.
 */
export function conversationHtml(
  chat: ConversationFile,
  numbers: ReadonlyMap<string, number>,
  pictureOf: (item: Item) => string | null,
  language: Language,
): string {
  // The writer of HTML drops `data:` addresses, which Markdown of others could misuse, so these are put in afterwards.
  const pictures = new Map<string, string>();
  const address = (item: Item): string | null => {
    const data = pictureOf(item);
    if (data === null) return null;
    const name = `picture-${pictures.size}.jpg`;
    pictures.set(name, data);
    return name;
  };
  const markdown = conversationMarkdown(chat, numbers, address, language);
  const body = micromark(markdown, { extensions: [gfmTable()], htmlExtensions: [gfmTableHtml()] }).replace(
    /<img src="(picture-\d+\.jpg)"/g,
    (whole, name: string) => (pictures.has(name) ? `<img src="${pictures.get(name)!}"` : whole),
  );
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(chat.project)}</title>
<style>${STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
