// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Item } from '../../../contract';
import { composeParts } from '../../../sequence';
import { insertAt, placingOf } from './placing';

const item = (id: string): Item => ({
  id,
  picture: { sha256: '0'.repeat(64), width: 1, height: 1 },
  origin: { kind: 'photo', source: { id, name: id } },
});
const [a, b, c] = [item('a'), item('b'), item('c')];

describe('placingOf', () => {
  it('gives placeholders the pictures in tray order', () => {
    const { placed, fresh, kept } = placingOf([], [a, b], '\ufffc or \ufffc or \ufffc?', 'interleaved');
    expect(placed.map((x) => x?.id ?? null)).toEqual(['a', 'b', null]);
    expect([fresh.length, kept]).toEqual([2, 0]);
  });
  it('leaves out what the conversation already holds', () => {
    const { placed, fresh, kept } = placingOf(
      [
        {
          id: 'q',
          role: 'user',
          createdAt: 0,
          text: '?',
          placement: 'front',
          parts: composeParts('?', [a, b], 'front'),
        },
        { id: 'r', role: 'assistant', createdAt: 0, text: 'yes', status: 'done', error: null, receipt: null },
      ],
      [a, b, c],
      'and \ufffc?',
      'interleaved',
    );
    expect(placed.map((x) => x?.id)).toEqual(['c']);
    expect([fresh.length, kept]).toEqual([1, 2]);
  });
});

describe('insertAt', () => {
  it.each([
    ['', 0, '<image>', 7],
    ['is', 2, 'is <image>', 10],
    ['is ?', 3, 'is <image>?', 10],
    ['ab', 1, 'a <image> b', 10],
  ])('%j at %d', (text, at, result, caret) =>
    expect(insertAt(text, at, at, '<image>')).toEqual({ text: result, caret }),
  );
});
