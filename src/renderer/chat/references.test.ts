import { expect, it } from 'vitest';
import { findReferences, readReference, referenceUrl } from './references';

const found = (text: string) => findReferences(text).flatMap((piece) => (typeof piece === 'string' ? [] : [`${piece.text}=${referenceUrl(piece.to)}`]));

it('finds moments and pictures, and nothing else', () => {
  expect(found('At 0:04 it turns, at 4.2 s it stops; again at 12 seconds and 1:02:03.5.')).toEqual([
    '0:04=#time=4', '4.2 s=#time=4.2', '12 seconds=#time=12', '1:02:03.5=#time=3723.5',
  ]);
  expect(found('Frame 3 and picture 12, image #2.')).toEqual(['Frame 3=#picture=3', 'picture 12=#picture=12', 'image #2=#picture=2']);
  expect(found('在第 3 张图片，4.5 秒时')).toEqual(['第 3 张=#picture=3', '4.5 秒=#time=4.5']);
  expect(found('3 shapes, 12:75, 1990s, 10 spheres, ratio 4:3, version 1.2.3')).toEqual([]);
});

it('loses no word, and reads its own addresses only', () => {
  const text = 'From 0:04 to frame 2.';
  expect(findReferences(text).map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('')).toBe(text);
  expect(readReference('#time=4.2')).toEqual({ kind: 'time', seconds: 4.2 });
  expect(readReference('https://example.org/#time=4')).toBeNull();
});
