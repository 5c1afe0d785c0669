// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'e2e',
  // Measurements are made by hand: they take minutes, and assert no speed. So is what is of use only when it takes long.
  testMatch: process.env['ZOETROPE_MEASURE']
    ? '**/*.measure.ts'
    : process.env['ZOETROPE_HARD']
      ? ['**/*.spec.ts', '**/*.long.ts']
      : '**/*.spec.ts',
  outputDir: 'test-results/e2e',
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  workers: 1, // one window at a time: two would share two cores and one screen
  // A test that passes the second time is a failure we have not understood: the last line of npm test counts it as flaky.
  retries: process.env['CI'] ? 1 : 0,
  timeout: 90_000,
  expect: { timeout: 15_000 }, // a slow machine is no fault
  forbidOnly: Boolean(process.env['CI']),
});
