import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { picturesNamed } from './citations';
import { splitText } from './cite-text';

describe('picturesNamed', () => {
  const found = (text: string, count = 8) => picturesNamed(text, count).map(({ start, end, number }) => [text.slice(start, end), number]);

  it('finds the pictures an answer names, in both languages', () => {
    expect(found('A lamp in view 3, and in Picture 8.')).toEqual([['view 3', 3], ['Picture 8', 8]]);
    expect(found('Images 2 and 4')).toEqual([['Images 2', 2]]);
    expect(found('视图 3 和第2张图片')).toEqual([['视图 3', 3], ['第2张图片', 2]]);
  });

  it('makes no link to what was not sent, nor of other numbers', () => {
    expect(found('view 9, view 0, review 3, 3 views, room 3, view 3000')).toEqual([]);
    expect(found('view 1', 0)).toEqual([]);
  });
});

it('splits a text without losing or changing a letter of it', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('view 1', ' ', 'image 2', 'a', '.', '第3张')).map((list) => list.join('')), (text) => {
      const parts = splitText(text, (plain) => picturesNamed(plain, 3).map((at) => ({ ...at, label: '', follow: () => undefined })));
      expect(parts.map((part) => (typeof part === 'string' ? part : part.text)).join('')).toBe(text);
    }),
  );
});
