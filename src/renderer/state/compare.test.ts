// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import type { Item } from '../../contract';
import { inOrder } from '../../sequence';
import { overlap, pairUp, rearranged, within } from './compare';

const frame = (id: string, time: number): Item => ({
  id,
  origin: { kind: 'frame', source: { id: id[0]!, name: id[0]! }, index: 0, pts: time, time, keyframe: false },
  picture: { sha256: '0'.repeat(64), width: 2, height: 2 },
});
const photo: Item = {
  id: 'p',
  origin: { kind: 'photo', source: { id: 'p', name: 'p' } },
  picture: { sha256: '0'.repeat(64), width: 2, height: 2 },
};
const ids = (items: readonly Item[]): string => items.map(({ id }) => id).join(' ');
const takes = (items: readonly Item[]): string =>
  items.map(({ origin }) => (origin.kind === 'frame' ? origin.take : '-')).join('');

it('pairs frames at matched times, none of them twice, and arranges them either way', () => {
  const a = [frame('a0', 0), frame('a1', 1), frame('a2', 2)];
  const b = [frame('b0', 0.4), frame('b1', 1.4), frame('b2', 2.4)];
  const pairs = pairUp(a, b, 0.4);
  expect([ids(inOrder(pairs, 'alternate')), takes(inOrder(pairs, 'alternate'))]).toEqual([
    'a0 b0 a1 b1 a2 b2',
    'ABABAB',
  ]);
  expect([ids(inOrder(pairs, 'grouped')), takes(inOrder(pairs, 'grouped'))]).toEqual(['a0 a1 a2 b0 b1 b2', 'AAABBB']);
  expect(ids(inOrder(pairUp(a, b.slice(0, 2), 0.4), 'alternate'))).toBe('a0 b0 a1 b1'); // the other has no third frame
});

it('arranges what is in the tray anew, and nothing else', () => {
  const pairs = pairUp([frame('a0', 0), frame('a1', 1)], [frame('b0', 0), frame('b1', 1)], 0);
  const tray = [photo, ...inOrder(pairs, 'alternate'), frame('c0', 0)];
  expect(ids(rearranged(tray, 'grouped'))).toBe('p a0 a1 b0 b1 c0');
  expect(ids(rearranged(rearranged(tray, 'grouped'), 'alternate'))).toBe(ids(tray));
  expect(
    ids(
      rearranged(
        tray.filter(({ id }) => id !== 'a1'),
        'alternate',
      ),
    ),
  ).toBe('p a0 b0 b1 c0'); // one was removed
  expect(rearranged([photo], 'grouped')).toEqual([photo]);
});

it('keeps to where both run, and to the chosen ranges', () => {
  expect(overlap(10, 8, 0.5)).toEqual({ start: 0, end: 7.5 });
  expect(overlap(10, 8, -3)).toEqual({ start: 3, end: 10 });
  expect(overlap(10, 8, 9)).toBeNull();
  expect(within([], { start: 1, end: 5 })).toEqual([{ start: 1, end: 5 }]);
  expect(
    within(
      [
        { start: 0, end: 2 },
        { start: 6, end: 7 },
      ],
      { start: 1, end: 5 },
    ),
  ).toEqual([{ start: 1, end: 2 }]);
});
