// SPDX-License-Identifier: Apache-2.0
/**
 * Finds the devices that a model can run on. Each is tried once per machine, version and model, in a separate process.
 */

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { Device, DeviceTrial, throwIfCancelled, type DeviceChoice, type DeviceUse } from '../contract';
import { writeWhole } from '../media';

/** The devices that can exist on a platform. */
export function devicesOf(platform: NodeJS.Platform = process.platform): Device[] {
  if (platform === 'win32') return ['dml', 'webgpu'];
  if (platform === 'darwin') return ['coreml', 'webgpu'];
  return platform === 'linux' ? ['cuda', 'webgpu'] : [];
}

/** Starts a process that tries devices. Calls `onLine` for each line of its output. Returns how the process ended. */
export type StartTrials = (args: string[], onLine: (line: string) => void, signal: AbortSignal) => Promise<string>;

/**
 * `auto` chooses a device only if its time is below this fraction of the processor's. Above that, the small job of the
 * trial is not conclusive.
 */
const WORTH = 0.8;

/** Time limit of a trial in milliseconds: for each device, and for each gigabyte of the model. */
const PATIENCE = 60_000;

const Cache = z.record(z.string(), z.array(DeviceTrial));
const Line = z.union([z.object({ trying: Device }), DeviceTrial]);

export class Devices {
  constructor(
    /** A JSON file with the results of trials, by everything they depend on. */
    private readonly cacheFile: string,
    private readonly start: StartTrials,
    /**
     * Versions of the app and of the libraries that affect the result. With another version the devices are tried
     * again.
     */
    private readonly version: string,
    private readonly patience = PATIENCE,
  ) {}

  /**
   * The device that a model will run on. Devices that have not been tried are tried first.
   * @param options `again`: try all devices again. `onTrying`: called before each trial.
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

  /** The device that a model will run on according to earlier trials. Undefined if a device has not been tried. */
  async known(folder: string, asked: DeviceChoice): Promise<DeviceUse | undefined> {
    const known = await this.#known(folder);
    const wanted = asked === 'auto' ? devicesOf() : asked === 'cpu' ? [] : [asked];
    return wanted.every((device) => known.some((trial) => trial.device === device))
      ? chooseDevice(asked, known)
      : undefined;
  }

  /** Records that a device failed while it was in use. It is not chosen until it is tried again. */
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
      // The device that crashed the process, or that was being tried when the time ran out. If the process reported
      // nothing, the first device without a result.
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
    // If the file cannot be written, the devices are tried again next time.
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

/** Chooses a device by the results of the trials. */
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

/** The choice before the devices have been tried: the processor. */
export const untried = (asked: DeviceChoice): DeviceUse => ({ ...chooseDevice('cpu', []), asked, reason: 'untried' });

/** The choice after the device has failed in use: the processor. */
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
