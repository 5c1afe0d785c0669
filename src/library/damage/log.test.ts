// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { Database } from '../database';
import { readLog, type Log } from './log';

/** A log as SQLite writes it after a restart of the log: older frames follow its end. */
const dir = mkdtempSync(join(tmpdir(), 'zoetrope-log-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const file = join(dir, 'library.sqlite');
const db = new Database(file);
db.exec('PRAGMA journal_mode = WAL; CREATE TABLE words (word)');
for (let k = 0; k < 12; k++) db.run('INSERT INTO words VALUES (?)', `old ${k}`.padEnd(3000, '.'));
db.get('PRAGMA wal_checkpoint(RESTART)');
for (let k = 0; k < 4; k++) db.run('INSERT INTO words VALUES (?)', `new ${k}`.padEnd(3000, '.'));
const whole = readFileSync(`${file}-wal`);
db.close();

const STRIDE = 24 + 4096;
const bitsApart = (a: Log, b: Log): number =>
  [...a.pages].reduce(
    (sum, [number, page]) =>
      sum +
      page.reduce(
        (bits, byte, k) => bits + (byte ^ b.pages.get(number)![k]!).toString(2).replaceAll('0', '').length,
        0,
      ),
    0,
  );
const right = readLog(whole);
const salt = whole.subarray(16, 24);
const frames = Array.from({ length: Math.floor((whole.length - 32) / STRIDE) }, (_, k) => 32 + k * STRIDE).filter(
  (at) => whole.subarray(at + 8, at + 16).equals(salt),
).length;

it('reads what was committed since the log was begun', () => {
  expect(right).toMatchObject({ damaged: false, pageSize: 4096 });
  expect(frames).toBeGreaterThan(4);
  expect([...right.pages.values()].some((page) => Buffer.from(page).includes('new 3'))).toBe(true);
  expect(Math.floor((whole.length - 32) / STRIDE)).toBeGreaterThan(frames);
});

it('reads all frames whatever bit is flipped, says so, and puts it right unless it could be another', () => {
  fc.assert(
    fc.property(fc.nat({ max: 8 * (32 + frames * STRIDE) - 1 }), (bit) => {
      const flipped = Buffer.from(whole);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const log = readLog(flipped);
      expect([log.damaged, log.pageCount, [...log.pages.keys()]]).toEqual([
        true,
        right.pageCount,
        [...right.pages.keys()],
      ]);
      expect(bitsApart(log, right)).toBeLessThanOrEqual((bit & 31) >= 24 ? 1 : 0);
    }),
    {
      numRuns: 25,
      examples: [[0], [8 * 20], [8 * 28], [8 * 33], [8 * 41], [8 * 50], [8 * (32 + (frames - 1) * STRIDE + 20)]],
    },
  );
});

it('reads past a frame of which more is damaged', () => {
  const torn = Buffer.from(whole);
  torn.fill(0x5a, 32 + STRIDE + 100, 32 + STRIDE + 900);
  const log = readLog(torn);
  expect([log.damaged, log.pages.size, log.pageCount]).toEqual([true, right.pages.size, right.pageCount]);
});

it('a commit that was not finished is no damage', () => {
  const last = 32 + (frames - 1) * STRIDE;
  for (const cut of [whole.subarray(0, last), whole.subarray(0, last + 2000)]) expect(readLog(cut).damaged).toBe(false);
  const torn = Buffer.from(whole);
  torn.fill(0x11, last + 1000, last + STRIDE); // its header was written, but its page belongs to another frame
  expect(readLog(torn).damaged).toBe(false);
  expect(readLog(new Uint8Array())).toMatchObject({ damaged: false, pageCount: undefined });
});
