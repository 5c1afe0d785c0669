// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'bench/src/**/*.test.ts', 'scripts/**/*.test.mjs'],
    environment: 'node',
    maxWorkers: '100%', // by default one core stays free: of two that is half
    testTimeout: 30_000,
  },
});
