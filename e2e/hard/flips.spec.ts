// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Library } from '../../src/library';
import { amount, report } from './amount';
import { contentsOf, random, writeLibrary } from './library';

test('one flipped bit of the library, in its file or its log: it opens, and nothing is lost in silence', () => {
  const count = amount('count', { short: 24, long: 600 });
  const seed = amount('seed', { short: 1, long: 1 });
  const folder = mkdtempSync(join(tmpdir(), 'zoetrope-flips-'));
  const original = writeLibrary(folder);
  const parts = { '': readFileSync(original), '-wal': readFileSync(`${original}-wal`) };
  const tried = join(folder, 'tried');
  const file = join(tried, 'library.sqlite');
  const lay = (part: '' | '-wal', bit: number): void => {
    rmSync(tried, { recursive: true, force: true });
    mkdirSync(tried);
    for (const other of ['', '-wal'] as const) copyFileSync(original + other, file + other);
    const bytes = Buffer.from(parts[part]);
    if (bit >= 0) bytes[bit >> 3]! ^= 1 << (bit & 7);
    writeFileSync(file + part, bytes);
  };
  lay('', -1);
  const whole = Library.open(file);
  expect(whole.recovered).toBeNull();
  const before = contentsOf(whole.library);
  whole.library.close();

  const next = random(seed);
  const total = 8 * (parts[''].length + parts['-wal'].length);
  const found = {
    unharmed: 0,
    'put right and said': 0,
    'lost in part and said': 0,
    'silently lost': [] as string[],
    'cannot be used': [] as string[],
    'not kept': 0,
    'entries lost': 0,
    'longest opening ms': 0,
  };
  for (let k = 0; k < count; k++) {
    const at = Math.floor(next() * total);
    const part = at < 8 * parts[''].length ? '' : '-wal';
    const bit = part === '' ? at : at - 8 * parts[''].length;
    lay(part, bit);
    const name = `bit ${bit} of ${part || 'the file'}`;
    try {
      const start = performance.now();
      const { library, recovered } = Library.open(file);
      found['longest opening ms'] = Math.max(found['longest opening ms'], Math.round(performance.now() - start));
      let said = recovered !== null;
      library.onBadRows = () => (said = true);
      const after = contentsOf(library);
      const lost = [...before].filter(([key, value]) => after.get(key) !== value).map(([key]) => key);
      const added = [...after.keys()].filter((key) => !before.has(key));
      if (!library.keeps) found['not kept']++;
      found['entries lost'] += lost.length;
      if (lost.length + added.length > 0 && !said) found['silently lost'].push(`${name}: ${lost.join(', ')}`);
      else found[lost.length > 0 ? 'lost in part and said' : said ? 'put right and said' : 'unharmed']++;
      if (lost.length > 0 && process.env['ZOETROPE_LOG'])
        console.log(name, JSON.stringify(lost).slice(0, 300), recovered?.message, recovered?.detail?.slice(0, 200));
      library.projects.create('It can be used');
      library.close();
    } catch (error) {
      found['cannot be used'].push(`${name}: ${String(error)}`);
    }
  }
  report('flips', {
    flips: count,
    'bytes of file and log': [parts[''].length, parts['-wal'].length],
    entries: before.size,
    ...found,
  });
  expect(found['silently lost']).toEqual([]);
  expect(found['cannot be used']).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});
