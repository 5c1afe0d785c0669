// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import type { Item } from '..';
import { api } from '.';

it('a tray may hold more pictures than any model reads', () => {
  const item: Item = {
    id: 'i',
    picture: { sha256: '0'.repeat(64), width: 1, height: 1 },
    origin: { kind: 'photo', source: { id: 's', name: 'a.jpg' } },
  };
  const items = Array.from({ length: 2000 }, () => item);
  expect(api['tray.set'].request.safeParse({ items }).success).toBe(true);
  expect(api['export.command'].request.safeParse({ items }).success).toBe(true);
  expect(api['export.pictures'].request.safeParse({ items, format: { kind: 'png' } }).success).toBe(true);
  expect(api['export.views'].request.safeParse({ items, passes: [] }).success).toBe(true);
  expect(api['source.add'].request.safeParse({ paths: items.map(({ id }) => id) }).success).toBe(true);
});
