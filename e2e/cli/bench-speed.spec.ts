// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SpeedReport } from '../../bench/src';
import { command } from '../fixtures/command';

let work: string;
test.beforeAll(() => void (work = mkdtempSync(join(tmpdir(), 'zoetrope-bench-'))));
test.afterAll(() => rmSync(work, { recursive: true, force: true }));

test('the speed benchmark measures everything, at a size that takes no time', () => {
  test.setTimeout(120_000);
  const page = join(work, 'page.md');
  writeFileSync(page, 'Before.\n<!-- measured -->\nold\n<!-- /measured -->\nAfter.\n');
  const { code, out, err } = command(
    'bench',
    'speed',
    '--small',
    '--rounds',
    '2',
    '--tokens',
    '4',
    '--against',
    'zoetrope,plain',
    '--json',
    '--work',
    work,
    '--into',
    page,
  );
  expect(code, err).toBe(0);
  const { rows, ratios, verdicts, limits, threads } = JSON.parse(out) as SpeedReport;
  expect(threads).toBe(1);
  for (const rate of Object.values(limits!)) expect(rate).toBeGreaterThan(0);

  const found = (metric: string, who: RegExp) =>
    rows.filter((row) => row.metric === metric && who.test(row.subject)).map(({ context }) => context);
  expect(found('decode', /^Zoetrope w8w4$/)).toEqual([16, 64]);
  expect(found('decode', /^plain export/)).toEqual([16, 16, 64, 64]);
  expect(found('prefill', /^Zoetrope w8w4$/)).toEqual([16, 64]);
  expect(found('vision', /^Zoetrope w8w4$/)).toEqual([null]);
  expect(found('append', /^Zoetrope w8w4/)).toEqual([64, 64]);
  expect(found('stalls', /longest/)).toEqual([64, 64]);
  for (const { values, wall, cpu, peakBytes, metric } of rows) {
    expect(values.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
    expect(wall.from).toBeLessThanOrEqual(wall.median);
    expect(wall.to).toBeGreaterThanOrEqual(wall.median);
    if (['decode', 'prefill', 'vision', 'append'].includes(metric)) {
      expect(cpu!.median).toBeGreaterThan(0);
      expect(peakBytes).toBeGreaterThan(1 << 20);
    }
  }
  expect(readFileSync(page, 'utf8')).toMatch(
    /^Before\.\n<!-- measured -->\n[^]*\| aim [^]*<!-- \/measured -->\nAfter\.\n$/,
  );
  expect(verdicts.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['prefill, times as fast', 'vision, times as fast', 'cancel, ms at worst']),
  );
  expect(ratios.find(({ metric }) => metric === 'append')!.cpu.median).toBeGreaterThan(0);
});

test('what is no measurement is refused in words', () => {
  const { code, err } = command('bench', 'speed', '--only', 'decode,gallop');
  expect(code).toBe(2);
  expect(err).toContain('not "gallop"');
});
