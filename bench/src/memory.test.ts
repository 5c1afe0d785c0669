// SPDX-License-Identifier: Apache-2.0
/** Compares the estimated memory of a model and a sequence with the peak of their process (VmHWM). */

import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileModel } from '../../src/model';
import type { SequenceBytes } from '../../src/runtime';
import { writeRandomModel } from './speed/random-model';
import type { Shape } from './speed/shapes';

const root = join(import.meta.dirname, '../..');
/** Inside the project, so that it finds the installed packages. */
const built = join(root, 'test-results', 'memory-probe');

/** 56 million parameters, with the proportions of the published 0.5B. */
const LARGER: Shape = {
  config: {
    text: { hidden: 512, intermediate: 1408, layers: 8, heads: 8, kvHeads: 8, vocabulary: 16_000, context: 8192 },
    vision: { hidden: 384, intermediate: 1536, layers: 8, heads: 6, side: 224, patch: 14 },
    imageToken: 15_000,
  },
  decode: [],
  prefill: [],
  append: 0,
  attention: 0,
};

/** An estimate may be at most this many times the truth, plus a fixed number of bytes. */
const AT_MOST = 1.5;
const BESIDE = 64e6;

describe.runIf(process.platform === 'linux')('the estimate', { timeout: 240_000 }, () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'zoetrope-memory-'));
    await writeRandomModel(join(dir, 'larger'), LARGER);
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      build: { ssr: 'bench/src/memory-probe.ts', outDir: built, target: 'node20.18' },
    });
  }, 120_000);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const ways = {
    floats: { form: 'floats', args: ['Infinity'] },
    layers: { form: 'floats', args: ['Infinity', String(16 << 20)] }, // one layer at a time
    int8: { form: 'int8', args: ['0'] },
  } as const satisfies Record<string, { form: keyof SequenceBytes; args: string[] }>;

  function check(what: string, folder: string, way?: keyof typeof ways): void {
    const args = way === undefined ? ['0'] : ['3500', ...ways[way].args];
    const said = execFileSync(process.execPath, [join(built, 'memory-probe.js'), folder, ...args], {
      encoding: 'utf8',
    });
    const { held, model, sequence } = JSON.parse(said) as {
      held: number;
      model: number;
      sequence: SequenceBytes | null;
    };
    const estimate = model + (way === undefined ? 0 : sequence![ways[way].form]!);
    console.info(
      `${what}${way === undefined ? '' : `, 3500 positions, ${way}`}: estimated ${(estimate / 1e6).toFixed(0)} MB, held ${(held / 1e6).toFixed(0)} MB`,
    );
    expect(estimate).toBeGreaterThanOrEqual(held);
    expect(estimate).toBeLessThan(AT_MOST * held + BESIDE);
  }

  it('of the bundled model is never too low, and not far above', async () => {
    const starter = join(dir, 'starter');
    await compileModel(join(root, 'models/starter'), starter, { precision: 'fp32' });
    check('bundled', starter);
    check('bundled', starter, 'floats');
    check('bundled', starter, 'int8');
  });

  for (const precision of ['fp32', 'w8a8', 'w8w4', 'w4'] as const) {
    it(`of a larger one in ${precision} too`, async () => {
      const folder = join(dir, precision);
      await compileModel(join(dir, 'larger'), folder, { precision });
      check(precision, folder);
      check(precision, folder, 'floats');
      if (precision === 'w8a8') for (const way of ['layers', 'int8'] as const) check(precision, folder, way);
      if (precision === 'w8w4') check(precision, folder, 'layers');
    });
  }
});
