// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeWhole } from './index';

const folder = await mkdtemp(join(tmpdir(), 'zoetrope-whole-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const file = join(folder, 'a file.txt');
const text = (): Promise<string> => readFile(file, 'utf8');

it('shows the old file until the new one is whole', async () => {
  await writeFile(file, 'old');
  // A user's own file with the same name as our partial file.
  await writeFile(`${file}.part`, 'theirs');
  await writeWhole(file, async (partial) => {
    await writeFile(partial, 'ne');
    expect(await text()).toBe('old');
    await writeFile(partial, 'new');
  });
  expect([await text(), await readFile(`${file}.part`, 'utf8')]).toEqual(['new', 'theirs']);
  expect((await readdir(folder)).sort()).toEqual(['a file.txt', 'a file.txt.part']);
});

it('leaves nothing of what failed, and the old file as it was', async () => {
  const failing = writeWhole(file, async (partial) => {
    await writeFile(partial, 'half');
    throw new Error('no more');
  });
  await expect(failing).rejects.toThrow('no more');
  await expect(writeWhole(join(folder, 'missing', 'x'), (partial) => writeFile(partial, 'x'))).rejects.toMatchObject({
    code: 'ENOENT',
  });
  expect([await text(), (await readdir(folder)).length]).toEqual(['new', 2]);
});
