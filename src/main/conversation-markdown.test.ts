// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import ReactMarkdown from 'react-markdown';
import { describe, expect, it } from 'vitest';
import { ConversationFile, say, ZoetropeError, type Item, type Receipt } from '../contract';
import { conversationMarkdown, literal } from './conversation-markdown';

const html = (markdown: string): string => renderToStaticMarkup(createElement(ReactMarkdown, null, markdown));
/** The text that a reader of the page shows. */
const read = (markup: string): string =>
  markup
    .replace(/<[^>]*>/g, '')
    .replace(
      /&(lt|gt|quot|amp|#x27);/g,
      (_, name: string) => ({ lt: '<', gt: '>', quot: '"', amp: '&', '#x27': "'" })[name]!,
    );
const words = (text: string): string[] => text.split(/\s+/u).filter(Boolean);

it('words stay what they are, whatever they look like', () => {
  const signs = fc.constantFrom(...'ab1 #-+*=_`~>|\\[]()<!.:&;"\'$\n你'.split(''));
  const lines = fc.oneof(
    fc.string({ unit: signs, maxLength: 40 }),
    fc.constantFrom(
      '1. one\n2. two',
      '---',
      '# not a title',
      '> said',
      '    code',
      '```\nx\n```',
      '&amp; <b>',
      '[a](b)',
      'a  \nb',
    ),
  );
  fc.assert(
    fc.property(lines, (text) => {
      const markup = html(literal(text));
      expect(words(read(markup))).toEqual(words(text));
      expect(markup.replace(/<\/?p>|<br\/>/g, '')).not.toMatch(/<\w/);
    }),
    { numRuns: 500 },
  );
});

const sha256 = 'a'.repeat(64);
const frame = (index: number): Item => ({
  id: `f${index}`,
  origin: {
    kind: 'frame',
    source: { id: 'v', name: 'a [clip] | one.mp4' },
    index,
    pts: 100 + index / 25,
    time: index / 25,
    keyframe: index === 0,
    take: 'A',
  },
  picture: { sha256, width: 640, height: 360 },
});
const receipt: Receipt = {
  prompt: 'before ```` after <image>',
  pictures: [
    { origin: frame(0).origin, picture: frame(0).picture, input: { sha256: 'b'.repeat(64), width: 384, height: 384 } },
  ],
  tokens: { prompt: 800, image: 729, generated: 12, reused: 0 },
  timings: { loadMs: 0, visionMs: 900, prefillMs: 800, decodeMs: 500, firstTokenMs: 1700, totalMs: 2200 },
  peakBytes: null,
  model: { name: 'Starter', fingerprint: 'abc', precision: 'int8', provider: 'cpu' },
  sampling: { temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0, maxNewTokens: 256 },
  finish: 'stop',
};
const chat: ConversationFile = {
  ...{
    format: 'zoetrope-conversation',
    version: 1,
    app: '1.2.3',
    exportedAt: '2026-01-02T12:04:05.000Z',
    project: 'My *project*',
  },
  sources: [{ id: 'v', kind: 'video', name: 'a [clip] | one.mp4', bytes: 5 }],
  messages: [
    {
      ...{ id: 'q', role: 'user', createdAt: 1, text: 'What moves?', placement: 'front' },
      parts: [
        ...[0, 1, 2, 3, 4].map((k) => ({ type: 'image' as const, item: frame(k) })),
        { type: 'text', text: 'What moves?' },
      ],
    },
    { id: 'a', role: 'assistant', createdAt: 2, text: 'A **red** ball.', status: 'stopped', error: null, receipt },
  ],
};

describe('a conversation', () => {
  const text = conversationMarkdown(
    chat,
    new Map([['q', 8]]),
    ({ id }) => (id === 'f3' ? null : `pictures/${id}.png`),
    'en',
  );

  it('is headed, asks, shows and answers in its order', () => {
    const order = [
      '# My \\*project\\*',
      'on January 2, 2026.',
      '## Question',
      '](pictures/f0.png)',
      '](pictures/f4.png)',
      'What moves?',
      '## Answer',
      'A **red** ball.',
      'Stopped.',
      '### What the model saw',
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('shows what is there and says what is lost', () => {
    expect([...text.matchAll(/!\[[^\]]*(?:\\\][^\]]*)*\]\((pictures\/[^)]+)\)/g)].map(([, file]) => file)).toEqual(
      [0, 1, 2, 4].map((k) => `pictures/f${k}.png`),
    );
    expect(text).toContain('*no longer on disk*');
    expect(text).toContain('12 · a \\[clip\\] \\| one.mp4 · take A · 0.160 s');
  });

  it('tells everything of the receipt', () => {
    for (const fact of [
      'Starter',
      'int8',
      'abc',
      '800 in the prompt, 729 of them for pictures; 12 in the answer',
      '2.2 s in all',
      'temperature 0',
      'before the text',
      'frame 0, a keyframe',
      '0.000 s, pts 100.000 s',
      '640 × 360',
      '384 × 384',
      sha256,
      'b'.repeat(64),
    ]) {
      expect(text).toContain(fact);
    }
    // The fence is longer than any in the prompt, so that it ends where the prompt ends.
    expect(read(html(text.slice(text.indexOf('`````text'))))).toBe(`${receipt.prompt}\n`);
  });

  it('every row of a table has as many cells as its head', () => {
    const cells = (line: string): number => line.replace(/\\\|/g, '').split('|').length;
    const tables = text.split('\n\n').filter((block) => block.startsWith('|'));
    expect(tables).toHaveLength(2);
    for (const table of tables) expect(new Set(table.split('\n').map(cells)).size).toBe(1);
  });

  it('is written in Chinese too, and its JSON form is what its schema says', () => {
    const error = new ZoetropeError('file-empty', say`"${'a.mp4'}" is empty.`, say`Open it again.`).toInfo();
    const messages = chat.messages.map((message) =>
      message.role === 'assistant' ? { ...message, status: 'failed' as const, error } : message,
    );
    const chinese = conversationMarkdown({ ...chat, messages }, new Map(), () => null, 'zh');
    for (const words of [
      '由 Zoetrope 1.2.3 写于 2026年1月2日。',
      '## 问题',
      '*这次回答失败了。“a.mp4”是空文件。请重新打开。*',
      '每次取最可能的词元（温度 0），重复惩罚 1',
    ])
      expect(chinese).toContain(words);
    expect(ConversationFile.parse(JSON.parse(JSON.stringify(chat)))).toEqual(chat);
  });
});
