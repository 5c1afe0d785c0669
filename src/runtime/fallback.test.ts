// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { compileModel } from '../model';
import { loadModel } from './load';
import { chooseRuntime } from './open-session';

vi.mock('./native', () => ({
  loadOrt: () => {
    throw new Error("Cannot find module 'koffi'");
  },
  openNativeSession: () => expect.unreachable(),
}));

it('without the native runtime a model runs in the other, and says why', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'zoetrope-fallback-'));
  try {
    const model = await loadModel(
      await compileModel(join(import.meta.dirname, '../model/golden/gqa'), dir, { precision: 'fp32' }),
    );
    expect(model.runtime).toEqual({ runtime: 'node', reason: expect.stringContaining('koffi') as string });
    expect(await model.embedder.embed([1, 2])).toHaveLength(2 * model.folder.hiddenSize);
    await model.dispose();
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

it('the native runtime is not silently replaced', () => {
  expect(() => chooseRuntime({ runtime: 'native' })).toThrow('koffi');
});
