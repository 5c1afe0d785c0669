// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../fixtures/window';
import { amount, report } from './amount';

/**
 * Uses the window without pauses: a new project, a sample, frames or views, a question, and again. The page's memory at
 * rest must not grow. `npm run hard -- soak --minutes 30`.
 */

const minutes = amount('minutes', { short: 1, long: 30 });
const SAMPLES = [
  { id: 'clip', take: 'sample-button' },
  { id: 'scene', take: 'capture-ring' },
  { id: 'pictures' },
  { id: 'film', take: 'sample-button' },
  { id: 'cat' },
];

/** The page fills its caches in the first minutes. */
const SETTLED_MINUTES = 5;
/** Megabytes by which memory may differ after that. */
const SLACK = 120;

test('the page holds no more after many projects than after a few', async () => {
  test.setTimeout((minutes + 5) * 60_000);
  const profile = mkdtempSync(join(tmpdir(), 'zoetrope-soak-'));
  const flags = JSON.parse(process.env['ZOETROPE_ELECTRON_FLAGS'] ?? '[]') as string[];
  const app = spawn(process.env['ELECTRON_EXEC_PATH']!, [...flags, `--user-data-dir=${profile}`, root], {
    env: {
      ...process.env,
      NODE_OPTIONS: `--require=${join(import.meta.dirname, 'soak-driver.cjs')}`,
      ZOETROPE_SOAK: JSON.stringify({ minutes, rounds: 1, samples: SAMPLES }),
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const held: { minute: number; page: number }[] = [];
  const began = Date.now();
  let failure = '';
  createInterface({ input: app.stdout }).on('line', (line) => {
    if (line.startsWith('SOAK-FAILED')) failure = line;
    if (!line.startsWith('SOAK {')) return;
    console.log(line);
    held.push({ minute: (Date.now() - began) / 60_000, ...(JSON.parse(line.slice(5)) as { page: number }) });
  });
  const code = await new Promise((done) => app.once('close', done));
  rmSync(profile, { recursive: true, force: true });
  expect(failure).toBe('');
  expect(code).toBe(0);
  const settled = held.filter(({ minute }) => minute > SETTLED_MINUTES);
  report('soak', {
    projects: held.length * (SAMPLES.length + 1),
    first: held[0],
    settled: settled[0] ?? null,
    last: held.at(-1),
    most: Math.max(...held.map(({ page }) => page)),
  });
  if (settled.length < 2) return;
  for (const { minute, page } of settled)
    expect(page, `minute ${minute.toFixed(1)}`).toBeLessThan(settled[0]!.page + SLACK);
});
