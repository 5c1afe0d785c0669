// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Item } from '../../contract';
import { moveBeside, nudge, placeByTime, replaceWhere, thin } from './tray';

const items = [...'abcdef'].map((id) => ({ id }));
const shown = (list: readonly { id: string }[]) => list.map((i) => i.id).join('');
const ids = (s: string) => new Set(s);

describe('moveBeside', () => {
  it('moves one or many and keeps their order', () => {
    expect(shown(moveBeside(items, ids('b'), 'e', 'after'))).toBe('acdebf');
    expect(shown(moveBeside(items, ids('eb'), 'a', 'before'))).toBe('beacdf');
  });
  it('does nothing onto itself or onto nothing', () => {
    expect(shown(moveBeside(items, ids('bc'), 'b', 'after'))).toBe('abcdef');
    expect(shown(moveBeside(items, ids('b'), 'z', 'after'))).toBe('abcdef');
  });
});

describe('nudge', () => {
  it('moves a block by one', () => {
    expect(shown(nudge(items, ids('cd'), -1))).toBe('acdbef');
    expect(shown(nudge(items, ids('cd'), 1))).toBe('abecdf');
  });
  it('stops at the ends', () => {
    expect(shown(nudge(items, ids('a'), -1))).toBe('abcdef');
    expect(shown(nudge(items, ids('f'), 1))).toBe('abcdef');
  });
});

describe('thin', () => {
  it('keeps the ends and spreads the rest', () => {
    expect(shown(thin(items, 3))).toMatch(/^a[cd]f$/);
    expect(thin(items, 4)).toHaveLength(4);
    expect(new Set(thin(items, 5)).size).toBe(5);
  });
  it('keeps all when there is room, none when there is not', () => {
    expect(thin(items, 9)).toEqual(items);
    expect(thin(items, 0)).toEqual([]);
    expect(shown(thin(items, 1))).toBe('a');
  });
});

it('replaces in place', () => {
  const fresh = [{ id: 'x' }, { id: 'y' }];
  expect(shown(replaceWhere(items, (i) => i.id === 'c' || i.id === 'e', fresh))).toBe('abxydf');
  expect(shown(replaceWhere(items, () => false, fresh))).toBe('abcdefxy');
});

describe('placeByTime', () => {
  const frame = (id: string, index: number, source = 'v'): Item => ({
    id,
    picture: { sha256: '0'.repeat(64), width: 1, height: 1 },
    origin: { kind: 'frame', source: { id: source, name: source }, index, pts: index, time: index, keyframe: false },
  });
  const tray = [frame('x', 5, 'w'), frame('a', 1), frame('b', 4), frame('c', 9)];
  it('keeps a video in time order', () => {
    expect(shown(placeByTime(tray, frame('n', 6)))).toBe('xabnc');
    expect(shown(placeByTime(tray, frame('n', 0)))).toBe('xnabc');
    expect(shown(placeByTime(tray, frame('n', 20), 'a'))).toBe('xbcn');
    expect(shown(placeByTime([], frame('n', 2)))).toBe('n');
  });
  it('respects another order, and takes no frame twice', () => {
    const mixed = [frame('c', 9), frame('a', 1), frame('b', 4)];
    expect(shown(placeByTime(mixed, frame('n', 6), 'a'))).toBe('cnb');
    expect(shown(placeByTime(mixed, frame('n', 6)))).toBe('cabn');
    expect(shown(placeByTime(tray, frame('n', 4)))).toBe('xabc');
    expect(shown(placeByTime(tray, frame('n', 4), 'a'))).toBe('xbc');
  });
});
