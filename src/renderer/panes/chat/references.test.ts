// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitText } from './cite-text';
import { findReferences } from './references';

const found = (text: string) =>
  findReferences(text).map(
    ({ start, end, to }) => `${text.slice(start, end)}=${to.kind === 'time' ? `${to.seconds} s` : to.number}`,
  );

it('finds moments and pictures, in both languages', () => {
  expect(found('At 0:04 it turns, at 4.2 s it stops; again at 12 seconds and 1:02:03.5.')).toEqual([
    '0:04=4 s',
    '4.2 s=4.2 s',
    '12 seconds=12 s',
    '1:02:03.5=3723.5 s',
  ]);
  expect(found('Frame 3 and picture 12, image #2, a lamp in view 8. Images 2 and 4')).toEqual([
    'Frame 3=3',
    'picture 12=12',
    'image #2=2',
    'view 8=8',
    'Images 2=2',
    '4=4',
  ]);
  expect(found('views 1, 2 and 4; in views 2 and 3, 4 cubes; in view 3, 2 cubes; frames 1 and 2 s')).toEqual([
    'views 1=1',
    '2=2',
    '4=4',
    'views 2=2',
    '3=3',
    'view 3=3',
    'frames 1=1',
    '2 s=2 s',
  ]);
  expect(found('在第 3 张图片，4.5 秒时；视图 3 和第2帧')).toEqual([
    '第 3 张图片=3',
    '4.5 秒=4.5 s',
    '视图 3=3',
    '第2帧=2',
  ]);
  expect(found('视图 1、2 和 4，第三个视图，第十二张图片，第 21 个视角；视图2和3个立方体，图片一共十张')).toEqual([
    '视图 1=1',
    '2=2',
    '4=4',
    '第三个视图=3',
    '第十二张图片=12',
    '第 21 个视角=21',
    '视图2=2',
  ]);
});

it('takes nothing else for one', () => {
  expect(
    found('3 shapes, 12:75, 1990s, 10 spheres, ratio 4:3, version 1.2.3, review 3, 3 views, room 3, view 3000'),
  ).toEqual([]);
});

it('splits a text without losing or changing a letter of it', () => {
  fc.assert(
    fc.property(
      fc
        .array(fc.constantFrom('view 1', ' ', 'image 2', 'a', '.', '第3张', '0:04', '2 s'))
        .map((list) => list.join('')),
      (text) => {
        const parts = splitText(text, (plain) =>
          findReferences(plain).map((at) => ({ ...at, label: '', follow: () => undefined })),
        );
        expect(parts.map((part) => (typeof part === 'string' ? part : part.text)).join('')).toBe(text);
      },
    ),
  );
});
