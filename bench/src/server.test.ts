// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { measureSending, measureThroughput, SENDERS, type ServerBenchmark } from './server';

const folder = mkdtempSync(join(tmpdir(), 'zoetrope-bench-server-'));
afterAll(() => rmSync(folder, { recursive: true }));

const wanted: ServerBenchmark = {
  ...{ pictures: 3, height: 72, rounds: 1, questions: 12, concurrency: [1, 4], delay: 20 },
  folder,
  peers: join(import.meta.dirname, '../peers'),
};

test('every way sends as many bytes as its pictures have, and the first arrives before the last', async () => {
  const results = await measureSending(wanted);
  expect(results.map(({ sender }) => sender)).toEqual(SENDERS);
  for (const { sender, first, last, bytes } of results) {
    expect(first.median).toBeLessThanOrEqual(last.median);
    const raw = 3 * 128 * 72 * 3;
    expect(bytes).toBeGreaterThan(sender.endsWith('png') ? 0.3 * raw : 0.02 * raw);
    expect(bytes).toBeLessThan(2 * raw);
  }
});

test('no number of questions at once is answered faster than the server can', async () => {
  const results = await measureThroughput(wanted);
  expect(results.map(({ ideal }) => ideal)).toEqual([50, 200]);
  for (const { rate, fetch, ideal } of results) {
    expect(Math.max(rate, fetch)).toBeLessThanOrEqual(1.05 * ideal); // timers end up to a millisecond early
    expect(rate).toBeGreaterThan(0.1 * ideal);
  }
});
