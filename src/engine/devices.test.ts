// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Device, DeviceTrial } from '../contract';
import { chooseDevice, Devices, devicesOf, type StartTrials } from './devices';

const trial = (device: Device, more: Partial<DeviceTrial> = {}): DeviceTrial => ({
  device,
  outcome: 'right',
  difference: 0,
  ms: 10,
  cpuMs: 100,
  vision: true,
  chunk: 512,
  detail: '',
  ...more,
});

describe('the choice', () => {
  it('is the fastest that is right, if it is clearly faster than the processor', () => {
    expect(chooseDevice('auto', [trial('cuda', { ms: 40 }), trial('webgpu', { ms: 20 })])).toMatchObject({
      used: 'webgpu',
      vision: 'webgpu',
      reason: 'fastest',
    });
    expect(chooseDevice('auto', [trial('webgpu', { ms: 90 })])).toMatchObject({ used: 'cpu', reason: 'fastest' });
    expect(chooseDevice('auto', [trial('webgpu', { outcome: 'wrong', ms: 1 })])).toMatchObject({
      used: 'cpu',
      reason: 'only',
    });
    expect(chooseDevice('auto', [])).toMatchObject({ used: 'cpu', reason: 'only' });
  });
  it("is the user's, unless it gives wrong numbers or none", () => {
    expect(chooseDevice('webgpu', [trial('webgpu', { ms: 1000, vision: false, chunk: 16 })])).toMatchObject({
      used: 'webgpu',
      vision: 'cpu',
      chunk: 16,
      reason: 'asked',
    });
    for (const outcome of ['wrong', 'failed', 'absent', 'slow', 'crashed'] as const) {
      expect(chooseDevice('webgpu', [trial('webgpu', { outcome })])).toMatchObject({
        used: 'cpu',
        vision: 'cpu',
        chunk: null,
        reason: 'failed',
      });
    }
    expect(chooseDevice('cpu', [trial('webgpu')])).toMatchObject({ used: 'cpu', reason: 'asked' });
  });
});

describe('trying', { timeout: 120_000 }, () => {
  let dir: string;
  beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), 'zoetrope-devices-'))));
  afterAll(() => rm(dir, { recursive: true, force: true }));

  /** Starts fake processes that run `script` with the devices they are given, and counts the starts. */
  const processes = (script: string) => {
    const starts: string[][] = [];
    const start: StartTrials = (args, onLine, signal) =>
      new Promise((done) => {
        starts.push(args.slice(1));
        const child = spawn(process.execPath, [
          '-e',
          `const devices = process.argv.slice(2); const say = (x) => console.log(JSON.stringify(x)); ${script}`,
          ...args,
        ]);
        createInterface({ input: child.stdout }).on('line', onLine);
        signal.addEventListener('abort', () => child.kill('SIGKILL'));
        child.once('close', (code, killed) => done(killed ?? `exit code ${code}`));
      });
    return { start, starts };
  };
  const right = JSON.stringify(trial('webgpu'));
  const all = devicesOf('linux');

  it('is done once, and again when asked', async () => {
    const { start, starts } = processes(
      `for (const device of devices) { say({ trying: device }); say({ ...${right}, device }); }`,
    );
    const make = () => new Devices(join(dir, 'once.json'), start, '1');
    const trying: Device[] = [];
    const first = await make().use(dir, 'auto', { onTrying: (device) => trying.push(device) });
    expect(trying).toEqual(first.trials.map(({ device }) => device));
    expect(await make().use(dir, 'auto')).toEqual(first);
    expect(starts).toHaveLength(1);
    await make().use(dir, 'auto', { again: true });
    expect(starts).toHaveLength(2);
    await new Devices(join(dir, 'once.json'), start, '2').use(dir, 'auto'); // another version may give another result
    expect(starts).toHaveLength(3);
  });

  it('goes on after a device that takes the process down', async () => {
    const { start, starts } = processes(
      `for (const device of devices) { say({ trying: device }); if (device === '${all[0]}') process.kill(process.pid, 'SIGSEGV'); else say({ ...${right}, device }); }`,
    );
    const { trials, used } = await new Devices(join(dir, 'crash.json'), start, '1').use(dir, 'auto');
    expect(trials.map(({ device, outcome }) => [device, outcome])).toEqual([
      [all[0], 'crashed'],
      [all[1], 'right'],
    ]);
    expect(trials[0]!.detail).toContain('SIGSEGV');
    expect(used).toBe(all[1]);
    expect(starts).toEqual([all, [all[1]]]);
  });

  it('gives up on a device that never comes back, and on a process that says nothing', async () => {
    const hanging = processes('say({ trying: devices[0] }); setInterval(() => 0, 1000);');
    expect(
      (await new Devices(join(dir, 'hang.json'), hanging.start, '1', 1500).use(dir, 'webgpu')).trials,
    ).toMatchObject([{ device: 'webgpu', outcome: 'slow' }]);
    const silent = processes('process.exit(3)');
    expect(
      (await new Devices(join(dir, 'silent.json'), silent.start, '1').use(dir, 'auto')).trials.map(
        ({ outcome }) => outcome,
      ),
    ).toEqual(all.map(() => 'crashed'));
  });

  it('is not trusted any more once the device failed at work', async () => {
    const { start, starts } = processes(`for (const device of devices) say({ ...${right}, device });`);
    const devices = new Devices(join(dir, 'distrust.json'), start, '1');
    expect((await devices.use(dir, 'webgpu')).used).toBe('webgpu');
    await devices.distrust(dir, 'webgpu', 'device lost');
    expect(await devices.use(dir, 'webgpu')).toMatchObject({ used: 'cpu', reason: 'failed' });
    expect(starts).toHaveLength(1);
  });

  it('ends with a cancel', async () => {
    const { start } = processes('setInterval(() => 0, 1000)');
    const abort = new AbortController();
    const using = new Devices(join(dir, 'cancel.json'), start, '1').use(dir, 'auto', { signal: abort.signal });
    setTimeout(() => abort.abort(), 100);
    await expect(using).rejects.toMatchObject({ code: 'cancelled' });
  });
});
