// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { AskedStrategy } from '../../contract';
import { WORDS } from '../../locales';

it('names every way to take views', () => {
  for (const way of [...AskedStrategy.options, 'bookmarks'] as const)
    expect([way, WORDS.en.translation.scene[way]]).toEqual([way, expect.any(String)]);
});
