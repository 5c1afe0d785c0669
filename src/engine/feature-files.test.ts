// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FeatureFiles } from './feature-files';

let dir: string;
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'zoetrope-features-'))));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const encoded = (value: number) => ({
  features: Float32Array.from({ length: 100 }, (_, i) => value + i / 7),
  input: { sha256: 'ab'.repeat(32), width: 96, height: 96 },
  tiles: [],
});
const names = (folder: string) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => String(name).includes('.'))
    .map(String)
    .sort();

it('gives back what was put, to another engine too, and to its own model only', async () => {
  const folder = join(dir, 'there');
  await new FeatureFiles(folder).set('m', 'a', encoded(1));
  const again = new FeatureFiles(folder);
  expect(await again.get('m', 'a', 100)).toEqual(encoded(1));
  expect(await again.get('other', 'a', 100)).toBeUndefined();
  expect(await again.get('m', 'b', 100)).toBeUndefined();
});

it('takes a damaged file for none, and removes it', async () => {
  const folder = join(dir, 'damaged');
  const files = new FeatureFiles(folder);
  const path = join(folder, 'm', 'a.features');
  const damages: [string, () => void][] = [
    ['cut', () => truncateSync(path, 300)],
    ['empty', () => truncateSync(path, 0)],
    ['no header', () => writeFileSync(path, 'x'.repeat(500))],
    ['header of nothing', () => writeFileSync(path, `{}\n${'x'.repeat(400)}`)],
    [
      'one bit',
      () => {
        const bytes = readFileSync(path);
        bytes[bytes.length - 5]! ^= 1;
        writeFileSync(path, bytes);
      },
    ],
  ];
  for (const [name, damage] of damages) {
    await files.set('m', 'a', encoded(1));
    expect(await files.get('m', 'a', 100), name).toEqual(encoded(1));
    damage();
    expect(await files.get('m', 'a', 100), name).toBeUndefined();
    expect(names(folder), name).toEqual([]);
  }
  await files.set('m', 'a', encoded(1));
  expect(await files.get('m', 'a', 99)).toBeUndefined(); // for a model with features of another size
});

it('stays below its limit by dropping what was used longest ago, and clears what a crash left', async () => {
  const folder = join(dir, 'limited');
  const first = new FeatureFiles(folder);
  for (const name of ['a', 'b', 'c']) await first.set('m', name, encoded(1));
  const long = (seconds: number) => new Date(Date.now() - seconds * 1000);
  for (const [i, name] of ['a', 'b', 'c'].entries())
    utimesSync(join(folder, 'm', `${name}.features`), long(900 - i), long(900 - i));
  for (const [name, age] of [
    ['old.part', 7200],
    ['young.part', 1],
  ] as const) {
    writeFileSync(join(folder, name), '');
    utimesSync(join(folder, name), long(age), long(age));
  }
  const files = new FeatureFiles(folder, 2400); // room for four files of about 550 bytes each
  await files.get('m', 'a', 100); // reading it makes it the most recently used
  await files.set('m', 'd', encoded(2));
  await files.set('m', 'e', encoded(2));
  expect(names(folder)).toEqual([
    join('m', 'a.features'),
    join('m', 'd.features'),
    join('m', 'e.features'),
    'young.part',
  ]);
});

it('does without a disk that cannot be written', async () => {
  const file = join(dir, 'file');
  writeFileSync(file, '');
  const files = new FeatureFiles(join(file, 'below'));
  await files.set('m', 'a', encoded(1));
  expect(await files.get('m', 'a', 100)).toBeUndefined();
});
