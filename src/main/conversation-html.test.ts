// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { ConversationFile, Item } from '../contract';
import { conversationHtml } from './conversation-html';

const item: Item = {
  id: 'i1',
  origin: {
    kind: 'frame',
    source: { id: 's', name: 'a"><script>alert(1)</script>.mp4' },
    index: 3,
    pts: 0.12,
    time: 0.12,
    keyframe: false,
  },
  picture: { sha256: 'a'.repeat(64), width: 640, height: 360 },
};
const chat = (question: string, answer: string): ConversationFile => ({
  format: 'zoetrope-conversation',
  version: 1,
  app: '1',
  exportedAt: '2026-01-01T00:00:00.000Z',
  project: '</title><img src=x onerror=alert(1)>',
  sources: [],
  messages: [
    {
      id: 'q',
      role: 'user',
      createdAt: 0,
      text: question,
      placement: 'front',
      parts: [
        { type: 'image', item },
        { type: 'text', text: question },
      ],
    },
    { id: 'a', role: 'assistant', createdAt: 0, text: answer, status: 'done', error: null, receipt: null },
  ],
});
const html = (question: string, answer: string, picture: string | null = 'data:image/jpeg;base64,AAAA'): string =>
  conversationHtml(chat(question, answer), new Map([['q', 1]]), () => picture, 'en');

describe('a conversation as HTML', () => {
  it('holds its words, its pictures and nothing that needs another file', () => {
    const page = html('What moves?', 'A **red** ball.');
    expect(page).toContain('<img src="data:image/jpeg;base64,AAAA"');
    expect(page).toContain('What moves?');
    expect(page).toContain('<strong>red</strong>');
    expect(page).not.toMatch(/(?:src|href)="(?!data:image\/)/);
    expect(page).toContain("default-src 'none'");
  });

  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[click](javascript:alert(1))',
    '![x](http://example.org/x.png)',
    '![x](picture-0.jpg" onerror="alert(1))',
    '<iframe srcdoc="<script>alert(1)</script>">',
    '</pre></body><svg onload=alert(1)>',
    '`</code><script>alert(1)</script>`',
    '[a]: javascript:alert(1)\n[a]',
  ])('writes hostile words as words: %s', (words) => {
    for (const page of [html(words, 'fine'), html('fine', words)]) {
      expect(page).not.toMatch(/<(?:script|iframe|svg|object|embed|base|form|link)/i);
      expect(page).not.toMatch(/<[^>]*\son\w+\s*=/i);
      expect(page).not.toMatch(/(?:src|href)="(?!data:image\/jpeg)[^"]/i);
    }
  });

  it('says where a picture is gone', () => expect(html('What?', 'A ball.', null)).toContain('<em>'));
});
