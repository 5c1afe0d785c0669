import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/e2e',
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  workers: 1, // one window at a time: two would share two cores and one screen
  retries: 0, // a test that passes the second time is a failure we have not understood
  timeout: 90_000,
  forbidOnly: Boolean(process.env['CI']),
});
