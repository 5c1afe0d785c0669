// SPDX-License-Identifier: Apache-2.0
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  Settings,
  type Composition,
  type DeviceUse,
  type EngineInbound,
  type EngineStatus,
  type ModelInfo,
} from '../contract';
import { untried, type Devices } from '../engine';
import { EngineSupervisor } from './engine-supervisor';

/** A fake engine process, controlled by the test. */
class Child extends EventEmitter {
  readonly sent: EngineInbound[] = [];
  readonly pid = 5_000_000 + children.length; // larger than any real process id
  hung = false;
  postMessage(message: EngineInbound): void {
    if (message.type === 'ping') return void (this.hung || this.say({ type: 'pong' }));
    this.sent.push(message);
  }
  say(message: unknown): void {
    this.emit('message', message);
  }
  die(): void {
    this.emit('exit', 11);
  }
  kill(): void {}
}

const children: Child[] = [];
let held = 0;
vi.mock('../lifetime', async (original) => ({ ...(await original<object>()), endsWithUs: () => undefined }));
vi.mock('electron', () => ({
  app: {
    getAppMetrics: () =>
      children.map(({ pid }) => ({
        pid,
        cpu: { cumulativeCPUUsage: performance.now() / 1000 },
        memory: { workingSetSize: held / 1024 },
      })),
    getPath: () => {
      throw new Error('there is no log here');
    },
    commandLine: { hasSwitch: () => false },
    getAppPath: () => '.',
  },
  utilityProcess: {
    fork: () => {
      const child = new Child();
      children.push(child);
      setImmediate(() => {
        child.emit('spawn');
        child.say({ type: 'ready' });
      });
      return child;
    },
  },
}));

const source = { ref: { id: 'v', name: 'a.mp4' }, path: 'a.mp4', subtitles: [] };
const cpu: DeviceUse = { ...untried('auto'), reason: 'only' };
const webgpu: DeviceUse = { ...cpu, used: 'webgpu', reason: 'fastest' };
let devices: { known: Devices['known']; use: Devices['use']; distrust: Devices['distrust'] };
let statuses: EngineStatus[];
let replaced: [string, string | null][];
let supervisor: EngineSupervisor;

const info = (folder: string, device: DeviceUse): ModelInfo => ({
  name: folder,
  fingerprint: 'f',
  precision: 'fp32',
  provider: device.used,
  folder,
  bundled: false,
  contextLength: 10,
  family: 'LLaVA-NeXT-Interleave',
  tokensPerPicture: 1,
  tokensPerFrame: 1,
  goodFor: null,
  inputSize: 1,
  bytes: 1,
  device,
  memory: { model: 1, context: 1, free: 1 },
  weights: { asked: 'auto', reason: 'fastest' },
  runtime: 'native',
});

const until = <T>(what: () => T) => vi.waitUntil(what, { timeout: 20_000, interval: 5 });

interface Asked {
  child: Child;
  id: number;
  name: string;
  request: { folder: string; device: DeviceUse };
}

/** The next message that the current process receives. */
function asked(): Promise<Asked> {
  return until((): Asked | undefined => {
    const child = children.at(-1);
    const at = child?.sent.findIndex(({ type }) => type === 'call') ?? -1;
    return child && at >= 0 ? ({ child, ...child.sent.splice(at, 1)[0] } as Asked) : undefined;
  });
}

/** Loads a model successfully. @returns the folder. */
async function loads(): Promise<string> {
  const { child, id, name, request } = await asked();
  expect(name).toBe('model.load');
  child.say({ type: 'done', id, value: info(request.folder, request.device) });
  await until(() => supervisor.status.state === 'ready');
  return `${request.folder} on ${request.device.used}`;
}

function begin(limit: number | null): void {
  supervisor = new EngineSupervisor(
    'pictures',
    'previews',
    'bundled',
    devices as unknown as Devices,
    () => Settings.parse({ memory: { all: limit, caches: null } }),
    {
      status: (status) => void statuses.push(status),
      crash: () => undefined,
      replaced: (...which) => void replaced.push(which),
      fallBack: () => undefined,
    },
  );
  supervisor.start();
}

beforeEach(() => {
  children.length = 0;
  statuses = [];
  replaced = [];
  held = 0;
  devices = { known: () => Promise.resolve(cpu), use: () => Promise.resolve(cpu), distrust: () => Promise.resolve() };
  begin(null);
  vi.spyOn(process, 'kill').mockImplementation((pid) => {
    children.find((child) => child.pid === pid)?.emit('exit', 9);
    return true;
  });
});
afterEach(() => {
  supervisor.close();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const engineCrashed = { code: 'engine-crashed' };

it('loads the same model again after a death', async () => {
  const loaded = supervisor.load('one', false);
  expect(await loads()).toBe('one on cpu');
  await loaded;
  children[0]!.die();
  await until(() => children.length === 2);
  expect(await loads()).toBe('one on cpu');
});

it('does not load again what ended the process while it was loaded: the one before comes back', async () => {
  const one = supervisor.load('one', false);
  await loads();
  await one;
  const two = supervisor.load('two', false).catch((error: unknown) => ({ error, state: supervisor.status.state }));
  (await asked()).child.die();
  await until(() => children.length === 2);
  expect(await loads()).toBe('one on cpu');
  expect(await two).toEqual({ error: expect.objectContaining(engineCrashed) as unknown, state: 'ready' }); // no other model has to be loaded
  expect(children[1]!.sent).toEqual([]);
});

it('says that it failed where there was none before, and loads another', async () => {
  const one = supervisor.load('one', false);
  one.catch(() => undefined);
  (await asked()).child.die();
  await expect(one).rejects.toMatchObject(engineCrashed);
  expect(supervisor.status).toMatchObject({ state: 'failed', error: engineCrashed });
  expect(children[1]!.sent).toEqual([]);
  const two = supervisor.load('two', false);
  expect(await loads()).toBe('two on cpu');
  await two;
});

it('tries the processor where a device ended the process while it loaded', async () => {
  devices.known = () => Promise.resolve(webgpu);
  const distrust = vi.fn(() => Promise.resolve());
  devices.distrust = distrust;
  const one = supervisor.load('one', false);
  one.catch(() => undefined);
  (await asked()).child.die();
  await until(() => children.length === 2);
  expect(await loads()).toBe('one on cpu');
  await expect(one).rejects.toMatchObject(engineCrashed);
  expect(distrust).toHaveBeenCalledWith('one', 'webgpu', expect.stringContaining('11'));
});

it('rests after five deaths in a minute, tells the truth, and starts again with the next model', async () => {
  const one = supervisor.load('one', false);
  await loads();
  await one;
  for (let n = 1; n <= 5; n++) {
    children.at(-1)!.die();
    await until(() => (n < 5 ? children.length === n + 1 : supervisor.status.state === 'failed'));
    if (n < 5) await loads();
  }
  await expect(supervisor.call('memory.use', undefined)).rejects.toThrow('keeps stopping');
  expect(children).toHaveLength(5);
  const two = supervisor.load('two', false);
  expect(await loads()).toBe('two on cpu');
  await two;
  expect(children).toHaveLength(6);
});

it('never loads a choice over a newer one, however late its devices were known', async () => {
  let know!: (use: DeviceUse) => void;
  devices.known = (folder) => (folder === 'slow' ? new Promise((resolve) => (know = resolve)) : Promise.resolve(cpu));
  const slow = supervisor.load('slow', false);
  const fast = supervisor.load('fast', false);
  expect(await loads()).toBe('fast on cpu');
  await fast;
  know(cpu);
  await expect(slow).rejects.toMatchObject({ code: 'cancelled' });
  expect(children[0]!.sent).toEqual([]);
  expect(supervisor.status).toMatchObject({ state: 'ready', model: { name: 'fast' } });
});

it('answers on the processor while a device that was asked for is tried', async () => {
  let tried!: (use: DeviceUse) => void;
  devices.known = () => Promise.resolve(undefined);
  devices.use = () => new Promise((resolve) => (tried = resolve));
  const one = supervisor.load('one', false);
  expect(await loads()).toBe('one on cpu');
  await one;
  tried(webgpu);
  expect(await loads()).toBe('one on webgpu');
});

it('ends a call whose answer cannot be taken', async () => {
  const full = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
  const call = supervisor.call('video.open', { source }, () => {
    throw full;
  });
  const { child, id } = await asked();
  child.say({ type: 'event', id, event: { step: 'index', done: 0, total: 1 } });
  await expect(call).rejects.toBe(full);
  expect(child.sent).toEqual([{ type: 'cancel', id }]);
  child.say({ type: 'event', id, event: { step: 'index', done: 1, total: 1 } });
  child.say({ type: 'done', id, value: undefined });
});

/** Loads models one after another. */
async function inUse(...folders: string[]): Promise<void> {
  for (const folder of folders) {
    const loaded = supervisor.load(folder, false);
    await loads();
    await loaded;
  }
}

const composition: Composition = {
  ...{ history: [], items: [], text: '?', placement: 'front' },
  captions: { frameTimes: false, segmentLabels: false, subtitles: [] },
};
const sampling = Settings.parse({}).sampling;

/** Advances the time of the watch only. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    await vi.advanceTimersByTimeAsync(1000);
  }
}

/** Replaces the supervisor by one whose clock the test controls. */
function beginAnew(limit: number | null = null): void {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance'] });
  supervisor.close();
  children.length = 0;
  begin(limit);
}

it('an engine that no longer answers is ended, and comes back with the model before the one that hung it', async () => {
  beginAnew();
  await inUse('one', 'two');
  const measured = supervisor.call('measure', composition);
  measured.catch(() => undefined);
  (await asked()).child.hung = true;
  for (let second = 0; second < 9; second++) {
    supervisor.call('measure', composition).catch(() => undefined); // the user continues to type
    await pass(1);
  }
  await expect(measured).rejects.toMatchObject({
    code: 'engine-crashed',
    message: 'The model engine did not respond and was stopped.',
  });
  expect(await loads()).toBe('one on cpu');
  expect(replaced).toEqual([['two', 'one']]);
});

it('without one before it, the bundled model takes its place', async () => {
  beginAnew();
  await inUse('one');
  const measured = supervisor.call('measure', composition);
  measured.catch(() => undefined);
  (await asked()).child.hung = true;
  await pass(9);
  expect(await loads()).toBe('bundled on cpu');
  expect(replaced).toEqual([['one', null]]);
});

it('a hung engine that no model was at work in comes back with the same model', async () => {
  beginAnew();
  await inUse('one');
  const opened = supervisor.call('video.open', { source });
  opened.catch(() => undefined);
  (await asked()).child.hung = true;
  await pass(9);
  expect(await loads()).toBe('one on cpu');
  expect(replaced).toEqual([]);
});

it('whoever stops a call is let go in two seconds; a model that runs on is ended with its engine, a slow disk is not', async () => {
  beginAnew();
  await inUse('one', 'two');
  for (const [call, ends] of [
    [(signal: AbortSignal) => supervisor.call('video.open', { source }, undefined, signal), false],
    [
      (signal: AbortSignal) => supervisor.call('ask', { composition, sampling, anyway: false }, undefined, signal),
      true,
    ],
  ] as const) {
    const abort = new AbortController();
    const result = call(abort.signal);
    result.catch(() => undefined);
    await asked();
    abort.abort();
    await pass(3);
    await expect(result).rejects.toMatchObject({ code: 'cancelled' });
    expect(children).toHaveLength(1);
    await pass(14);
    expect(children).toHaveLength(ends ? 2 : 1);
  }
  expect(await loads()).toBe('one on cpu');
});

it('a model that makes no progress for ten minutes is ended; one that is slow is not', async () => {
  beginAnew();
  await inUse('one');
  const answer = supervisor.call('ask', { composition, sampling, anyway: false });
  answer.catch(() => undefined);
  const { child, id } = await asked();
  await pass(500);
  child.say({ type: 'event', id, event: { type: 'text', delta: 'slowly' } });
  await pass(500);
  expect(children).toHaveLength(1);
  await pass(110);
  await expect(answer).rejects.toMatchObject({ code: 'engine-crashed' });
});

it('an engine that takes more memory than it may is ended, unless the user wanted more', async () => {
  beginAnew(1e9);
  await inUse('one');
  held = 1.9e9;
  await pass(3);
  expect(children).toHaveLength(1);
  held = 2.5e9;
  await pass(1);
  held = 0;
  expect(children).toHaveLength(2);
  await loads();
  const anyway = supervisor.call('ask', { composition, sampling, anyway: true });
  anyway.catch(() => undefined);
  await asked();
  held = 2.5e9;
  await pass(3);
  expect(children).toHaveLength(2);
});
