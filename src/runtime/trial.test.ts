// SPDX-License-Identifier: Apache-2.0
/** WebGPU on the software Vulkan that comes with Electron: a real driver, for which some kernels give wrong results. */

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileModel, type ModelFolder } from '../model';
import { offeredDevices, tryDevice } from '.';

const root = join(import.meta.dirname, '../..');
const driver = [
  dirname(process.env['ELECTRON_EXEC_PATH'] ?? root),
  join(root, '.electron'),
  join(root, 'node_modules/electron/dist'),
]
  .map((folder) => join(folder, 'vk_swiftshader_icd.json'))
  .find(existsSync);

let dir: string;
let folder: ModelFolder;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zoetrope-trial-'));
  folder = await compileModel(join(root, 'src/model/golden/gqa'), dir, { precision: 'fp32' });
}, 60_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

it('a device that is not in this build, or has no card or driver, is absent', { timeout: 60_000 }, async () => {
  for (const device of (['cuda', 'dml', 'coreml'] as const).filter(
    (device) => !offeredDevices().includes(device) || device === 'cuda',
  )) {
    expect(await tryDevice(folder, device)).toMatchObject({ device, outcome: 'absent', ms: null });
  }
});

describe.skipIf(driver === undefined || !offeredDevices().includes('webgpu'))('WebGPU', () => {
  beforeAll(() => void (process.env['VK_ICD_FILENAMES'] = driver));

  it('gives the numbers of the processor, and says in which runs it does', { timeout: 300_000 }, async () => {
    const trial = await tryDevice(folder, 'webgpu');
    console.info(trial);
    expect(trial).toMatchObject({ device: 'webgpu', outcome: 'right' });
    expect(trial.difference).toBeLessThan(1e-3);
    expect(trial.ms).toBeGreaterThan(0);
    expect(trial.cpuMs).toBeGreaterThan(0);
  });
});
