// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { cropWithin, splitCrop, ZoetropeError } from './index';

const messageOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof ZoetropeError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'no error';
};
const photo = { width: 400, height: 300 };

describe('splitCrop', () => {
  it('reads a rectangle as W3C media fragments write it, and leaves other names alone', () => {
    const crop = { x: 10, y: 20, width: 30, height: 40 };
    expect(splitCrop('a #1.jpg#xywh=10,20,30,40')).toEqual({ file: 'a #1.jpg', crop: { unit: 'pixel', ...crop } });
    expect(splitCrop('a.jpg#xywh=pixel:10,20,30,40').crop).toEqual({ unit: 'pixel', ...crop });
    expect(splitCrop('a.jpg#xywh=percent:10,20.5,30,40').crop).toEqual({ unit: 'percent', ...crop, y: 20.5 });
    for (const name of ['a.jpg', 'a#b.jpg', '#xywh=1,2,3,4', 'xywh=1,2,3,4.png'])
      expect(splitCrop(name)).toEqual({ file: name });
  });

  it.each(['', '1,2,3', '1,2,3,4,5', '-1,2,3,4', '1.5,2,3,4', 'a,b,c,d', 'percent:', '1,2,3,1e3', 'cm:1,2,3,4'])(
    'refuses "%s"',
    (text) => expect(messageOf(() => splitCrop(`a.jpg#xywh=${text}`))).toMatch(/^bad-request: .* cannot be read/),
  );
});

describe('cropWithin', () => {
  it('turns percentages into whole pixels that meet without gap or overlap', () => {
    const thirds = [0, 1, 2].map((k) =>
      cropWithin({ unit: 'percent', x: (k * 100) / 3, y: 0, width: 100 / 3, height: 100 }, photo, 'a.jpg'),
    );
    expect(thirds.map(({ x, width }) => [x, x + width])).toEqual([
      [0, 133],
      [133, 267],
      [267, 400],
    ]);
  });

  it.each([
    ['reaches beyond the edge', { x: 300, y: 0, width: 101, height: 10 }, /^bad-request: .*300,0,101,10 is not inside/],
    ['is outside', { x: 400, y: 0, width: 1, height: 10 }, /^bad-request: .* is not inside "a.jpg"/],
    ['has no area', { x: 0, y: 0, width: 0, height: 10 }, /^bad-request: .* holds no pixels/],
    [
      'was chosen before the file changed',
      { x: 0, y: 0, width: 9, height: 9, of: { width: 300, height: 400 } },
      /^file-changed: "a.jpg" is now 400 x 300 pixels; .* when it was 300 x 400/,
    ],
  ])('refuses a rectangle that %s', (_, wanted, sentence) => {
    expect(messageOf(() => cropWithin({ unit: 'pixel', ...wanted }, photo, 'a.jpg'))).toMatch(sentence);
  });
});
