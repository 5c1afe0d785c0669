// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import type { Item, Part } from '../../../contract';
import { runsOf } from './runs';

const image = (id: string): Part => ({
  type: 'image',
  item: {
    id,
    picture: { sha256: '0'.repeat(64), width: 1, height: 1 },
    origin: { kind: 'photo', source: { id, name: id } },
  } satisfies Item,
});

it('takes neighbours together and keeps counting', () => {
  const runs = runsOf([image('a'), image('b'), { type: 'text', text: 'and' }, image('c')], 5);
  expect(runs.map((r) => (r.type === 'text' ? r.text : `${r.first}:${r.items.length}`))).toEqual(['5:2', 'and', '7:1']);
});
