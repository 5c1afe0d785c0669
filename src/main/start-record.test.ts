// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StartRecord } from './start-record';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zoetrope-start-'));
  file = join(folder, 'start.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Simulates a start. @returns whether the user had to choose. */
function start(how: 'well' | 'killed' | 'troubled'): boolean {
  const record = new StartRecord(file);
  record.begin();
  if (how === 'troubled') record.troubled();
  if (how !== 'killed') record.wentWell();
  return record.isBad;
}

it('after two bad starts in a row the user chooses, until one goes well', () => {
  expect(['killed', 'well', 'killed', 'troubled', 'killed', 'well', 'well'].map((how) => start(how as 'well'))).toEqual(
    [false, false, false, false, true, true, false],
  );
});

it('what went wrong after a good start does not count', () => {
  const record = new StartRecord(file);
  record.begin();
  record.wentWell();
  record.troubled();
  record.wentWell();
  start('killed');
  expect(start('well')).toBe(false);
});

it('a file that cannot be read or written keeps nobody from starting', () => {
  writeFileSync(file, '{"unfinished": -1');
  expect(start('well')).toBe(false);
  file = join(folder, 'nowhere', 'start.json');
  expect(start('killed')).toBe(false);
});
