// SPDX-License-Identifier: Apache-2.0
/** Which devices a model can run on here: tried once for each machine, version and model, in a process of its own. */

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { Device, DeviceTrial, throwIfCancelled, type DeviceChoice, type DeviceUse } from '../contract';
import { writeWhole } from '../media';

/** The devices that can be there at all, by platform. */
export function devicesOf(platform: NodeJS.Platform = process.platform): Device[] {
  if (platform === 'win32') return ['dml', 'webgpu'];
  if (platform === 'darwin') return ['coreml', 'webgpu'];
  return platform === 'linux' ? ['cuda', 'webgpu'] : [];
}

/** A process that tries devices: its lines as they come, and how it ended. */
export type StartTrials = (args: string[], onLine: (line: string) => void, signal: AbortSignal) => Promise<string>;

/** A device must be this much faster than the processor to be taken unasked: below it, the small job says too little. */
const WORTH = 0.8;

/** For one device, in milliseconds, and for every gigabyte of the model. */
const PATIENCE = 60_000;

const Cache = z.record(z.string(), z.array(DeviceTrial));
const Line = z.union([z.object({ trying: Device }), DeviceTrial]);

export class Devices {
  constructor(
    /** JSON, the trials by what they depend on. */
    private readonly cacheFile: string,
    private readonly start: StartTrials,
    /** Of the app and of what it is made with: another one may do better. */
    private readonly version: string,
    private readonly patience = PATIENCE,
  ) {}

  /**
   * Where a model will run.
   * @param options `again` tries what was tried before once more; `onTrying` is told before each device that is tried.
   * @throws cancelled.
   */
  async use(
    folder: string,
    asked: DeviceChoice,
    options: { again?: boolean; onTrying?: (device: Device) => void; signal?: AbortSignal | undefined } = {},
  ): Promise<DeviceUse> {
    const done = options.again ? undefined : await this.known(folder, asked);
    if (done) return done;
    const wanted = asked === 'auto' ? devicesOf() : asked === 'cpu' ? [] : [asked];
    const known = options.again ? [] : await this.#known(folder);
    const unknown = wanted.filter((device) => !known.some((trial) => trial.device === device));
    const trials = [
      ...known,
      ...(await this.#try(folder, unknown, options.onTrying ?? (() => undefined), options.signal)),
    ];
    throwIfCancelled(options.signal);
    await this.#remember(folder, trials);
    return chooseDevice(asked, trials);
  }

  /** Where a model will run by what was tried before; undefined if something was not. */
  async known(folder: string, asked: DeviceChoice): Promise<DeviceUse | undefined> {
    const known = await this.#known(folder);
    const wanted = asked === 'auto' ? devicesOf() : asked === 'cpu' ? [] : [asked];
    return wanted.every((device) => known.some((trial) => trial.device === device))
      ? chooseDevice(asked, known)
      : undefined;
  }

  /** A device that failed at work is not chosen again, until it is tried again. */
  async distrust(folder: string, device: Device, detail: string): Promise<void> {
    const trials = (await this.#known(folder)).map((trial) =>
      trial.device === device ? { ...trial, outcome: 'failed' as const, detail } : trial,
    );
    await this.#remember(folder, trials);
  }

  async #try(
    folder: string,
    devices: readonly Device[],
    onTrying: (device: Device) => void,
    signal: AbortSignal | undefined,
  ): Promise<DeviceTrial[]> {
    const trials: DeviceTrial[] = [];
    const patience = this.patience * (1 + (await bytesOfGraphs(folder)) / 1e9);
    for (let rest = [...devices]; rest.length > 0 && !signal?.aborted;) {
      let trying: Device | undefined;
      const limit = new AbortController();
      const stop = (): void => limit.abort();
      signal?.addEventListener('abort', stop, { once: true });
      let timer = setTimeout(stop, patience);
      const ended = await this.start(
        [folder, ...rest],
        (text) => {
          const line = Line.safeParse(parsed(text));
          if (!line.success) return;
          if ('trying' in line.data) {
            trying = line.data.trying;
            onTrying(trying);
            clearTimeout(timer);
            timer = setTimeout(stop, patience);
          } else {
            trials.push(line.data);
            trying = undefined;
          }
        },
        limit.signal,
      ).catch(String);
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      const tried = trials.map(({ device }) => device);
      // What took the process down, or was at it when time ran out; without a word from it, whatever comes next.
      const lost = trying ?? rest.find((device) => !tried.includes(device));
      if (lost !== undefined)
        trials.push({
          device: lost,
          outcome: limit.signal.aborted ? 'slow' : 'crashed',
          difference: null,
          ms: null,
          cpuMs: null,
          vision: false,
          chunk: null,
          detail: ended,
        });
      rest = rest.filter((device) => device !== lost && !tried.includes(device));
    }
    return trials;
  }

  async #known(folder: string): Promise<DeviceTrial[]> {
    return (await this.#cache())[await this.#key(folder)] ?? [];
  }

  async #remember(folder: string, trials: DeviceTrial[]): Promise<void> {
    const cache = { ...(await this.#cache()), [await this.#key(folder)]: trials };
    // Where it cannot be kept, it is tried again next time.
    await mkdir(dirname(this.cacheFile), { recursive: true })
      .then(() => writeWhole(this.cacheFile, (partial) => writeFile(partial, JSON.stringify(cache))))
      .catch(() => undefined);
  }

  async #cache(): Promise<z.infer<typeof Cache>> {
    const text = await readFile(this.cacheFile, 'utf8').catch(() => '{}');
    const cache = Cache.safeParse(parsed(text));
    return cache.success ? cache.data : {};
  }

  async #key(folder: string): Promise<string> {
    const graphs = await stat(join(folder, 'onnx')).then(
      (s) => s.mtimeMs,
      () => 0,
    );
    const drivers = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'CUDA_VISIBLE_DEVICES'].map(
      (name) => process.env[name] ?? '',
    );
    const facts = [
      this.version,
      process.platform,
      process.arch,
      release(),
      cpus()[0]?.model,
      drivers,
      resolve(folder),
      graphs,
    ];
    return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32);
  }
}

/** What follows from what was tried. */
export function chooseDevice(asked: DeviceChoice, trials: readonly DeviceTrial[]): DeviceUse {
  const processor = (reason: DeviceUse['reason']): DeviceUse => ({
    asked,
    used: 'cpu',
    vision: 'cpu',
    chunk: null,
    reason,
    trials: [...trials],
  });
  const right = trials.filter(({ outcome }) => outcome === 'right');
  const on = ({ device, vision, chunk }: DeviceTrial, reason: DeviceUse['reason']): DeviceUse => ({
    asked,
    used: device,
    vision: vision ? device : 'cpu',
    chunk,
    reason,
    trials: [...trials],
  });
  if (asked === 'cpu') return processor('asked');
  if (asked !== 'auto') {
    const trial = right.find(({ device }) => device === asked);
    return trial ? on(trial, 'asked') : processor('failed');
  }
  if (right.length === 0) return processor('only');
  const [fastest] = right.sort((a, b) => a.ms! - b.ms!);
  return fastest!.ms! < WORTH * fastest!.cpuMs! ? on(fastest!, 'fastest') : processor('fastest');
}

/** The same until the devices have been tried. */
export const untried = (asked: DeviceChoice): DeviceUse => ({ ...chooseDevice('cpu', []), asked, reason: 'untried' });

/** The same where the device has failed at work. */
export const onProcessor = (use: DeviceUse): DeviceUse => ({
  ...use,
  used: 'cpu',
  vision: 'cpu',
  chunk: null,
  reason: 'failed',
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function bytesOfGraphs(folder: string): Promise<number> {
  const names = await readdir(join(folder, 'onnx')).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, 'onnx', name)).then(
        (s) => s.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((a, b) => a + b, 0);
}
