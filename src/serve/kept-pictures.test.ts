// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepWithin } from './kept-pictures';

it('removes the oldest pictures, and no more than it must', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'zoetrope-kept-'));
  ['new', 'oldest', 'old'].forEach((name, k) => {
    writeFileSync(join(folder, name), Buffer.alloc(100));
    utimesSync(join(folder, name), 0, [3, 1, 2][k]!);
  });
  await keepWithin(folder, 300);
  expect(readdirSync(folder)).toHaveLength(3);
  await keepWithin(folder, 299);
  expect(readdirSync(folder).sort()).toEqual(['new', 'old']);
  await keepWithin(folder, 0);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
  await keepWithin(folder, 0); // there is none before the first picture
});
