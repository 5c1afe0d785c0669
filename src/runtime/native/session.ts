// SPDX-License-Identifier: Apache-2.0
import { dirname } from 'node:path';
import { throwIfCancelled, type Device } from '../../contract';
import type { GraphSource } from '../graph';
import { loadError, runError } from '../session-errors';
import type { HeldValue, OnnxSession, RunOptions, Tensor, ValueInfo } from '../session';
import { check, received, type Api, type Ort, type Pointer } from './library';
import { appendProvider } from './providers';
import { elementType, NativeValue, shapeOf } from './values';

export interface NativeOptions {
  /** Default: `cpu`. */
  device?: Device | undefined;
  /** Threads for one operator. Default: ONNX Runtime's choice (the physical cores). */
  threads?: number | undefined;
  /** Whether 8-bit products need a slower method to be exact on this processor. Default: no. */
  carefulProducts?: boolean | undefined;
}

/**
 * Loads a graph, off the event loop.
 * @throws ZoetropeError as `openSession`.
 */
export async function openNativeSession(
  ort: Ort,
  { path, bytes }: GraphSource,
  options: NativeOptions = {},
): Promise<OnnxSession> {
  const { api } = ort;
  try {
    const settings = received(api, (out) => api.CreateSessionOptions(out));
    try {
      check(api, api.SetIntraOpNumThreads(settings, options.threads ?? 0));
      check(api, api.SetSessionLogSeverityLevel(settings, 4)); // errors are thrown instead
      // Lengths change with every run: remembered allocation plans would only accumulate.
      check(api, api.DisableMemPattern(settings));
      // Idle threads that spin would take the cores from the window; denormals make attention ten times slower.
      check(api, api.AddSessionConfigEntry(settings, 'session.intra_op.allow_spinning', '0'));
      check(api, api.AddSessionConfigEntry(settings, 'session.set_denormal_as_zero', '1'));
      if (options.carefulProducts) check(api, api.AddSessionConfigEntry(settings, 'session.x64quantprecision', '1'));
      appendProvider(ort, settings, options.device ?? 'cpu');
      const out = new BigUint64Array(1);
      if (bytes) {
        check(
          api,
          api.AddSessionConfigEntry(settings, 'session.model_external_initializers_file_folder_path', dirname(path)),
        );
        await asynchronously(api, (done) =>
          api.CreateSessionFromArray.async(ort.env, bytes, bytes.length, settings, out, done),
        );
      } else {
        await asynchronously(api, (done) => api.CreateSession.async(ort.env, path, settings, out, done));
      }
      try {
        return new NativeSession(ort, path, out[0]!, options.device ?? 'cpu');
      } catch (error) {
        api.ReleaseSession(out[0]!);
        throw error;
      }
    } finally {
      api.ReleaseSessionOptions(settings);
    }
  } catch (error) {
    throw loadError(error, path, options.device);
  }
}

/** Runs one call on another thread. @throws Error with ONNX Runtime's message. */
async function asynchronously(
  api: Api,
  call: (done: (error: unknown, status: Pointer | null) => void) => void,
): Promise<void> {
  const status = await new Promise<Pointer | null>((resolve, reject) => {
    call((error, result) => {
      if (error) reject(error instanceof Error ? error : new Error('koffi could not make the call'));
      else resolve(result);
    });
  });
  check(api, status);
}

class NativeSession implements OnnxSession {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly writesInPlace = true;
  /** Names as C strings at stable addresses. */
  private readonly names = new Map<string, Uint8Array>();
  /** Runs in progress, with references to all memory that they read. */
  private readonly running = new Set<{ done: Promise<void>; memory: unknown }>();
  private disposed: Promise<void> | undefined;

  constructor(
    private readonly ort: Ort,
    private readonly path: string,
    private readonly session: Pointer,
    private readonly device: Device,
  ) {
    this.inputs = this.describe('Input');
    this.outputs = this.describe('Output');
    for (const { name } of [...this.inputs, ...this.outputs]) {
      this.names.set(name, new TextEncoder().encode(`${name}\0`));
    }
  }

  async run(
    feeds: Readonly<Record<string, Tensor | HeldValue>>,
    options: RunOptions = {},
  ): Promise<Record<string, Tensor>> {
    const { signal, into = {} } = options;
    throwIfCancelled(signal);
    const given: NativeValue[] = [];
    const fetched: { name: string; value: NativeValue }[] = [];
    try {
      const ins = this.inputs.map(({ name, type }) => {
        const feed = feeds[name];
        if (!feed) throw new Error(`input ${name} not given`);
        if (feed instanceof NativeValue) return { name, value: feed };
        const tensor = feed as Tensor;
        if (tensor.type !== type) throw new Error(`input ${name} is ${type}, not ${tensor.type}`);
        const value = NativeValue.from(this.ort, tensor);
        given.push(value);
        return { name, value };
      });
      const wanted = options.wanted ?? this.outputs.map(({ name }) => name).filter((name) => !(name in into));
      for (const name of wanted) {
        const info = this.outputs.find((output) => output.name === name);
        if (!info) throw new Error(`there is no output ${name}`);
        fetched.push({ name, value: new NativeValue(this.ort, info.type) });
      }
      const outs = [
        ...fetched,
        ...Object.entries(into).map(([name, value]) => ({ name, value: value as NativeValue })),
      ];
      const made = await this.call(ins, outs, signal);
      outs.forEach(({ value }, i) => value.adopt(made[i]!));
      return Object.fromEntries(
        fetched.map(({ name, value }) => [name, { type: value.type, shape: value.shape!, data: value.copy() }]),
      );
    } catch (error) {
      throwIfCancelled(signal); // the run was stopped on request: not a failure
      throw runError(error, this.path, this.device);
    } finally {
      for (const value of given) value.dispose();
      for (const { value } of fetched) value.dispose();
    }
  }

  hold(type: Tensor['type'], shape?: readonly number[]): NativeValue {
    try {
      return new NativeValue(this.ort, type, shape);
    } catch (error) {
      throw runError(error, this.path);
    }
  }

  keep(tensor: Tensor): NativeValue {
    try {
      return NativeValue.from(this.ort, tensor);
    } catch (error) {
      throw runError(error, this.path);
    }
  }

  async resized(value: HeldValue, positions: number): Promise<NativeValue> {
    try {
      return await (value as NativeValue).resized(positions);
    } catch (error) {
      throw runError(error, this.path);
    }
  }

  dispose(): Promise<void> {
    this.disposed ??= Promise.all([...this.running].map(({ done }) => done)).then(
      () => new Promise((resolve) => this.ort.api.ReleaseSession.async(this.session, () => resolve())),
    );
    return this.disposed;
  }

  /** The OrtValue of each output: the given one, or a new one. */
  private async call(
    ins: readonly { name: string; value: NativeValue }[],
    outs: readonly { name: string; value: NativeValue }[],
    signal: AbortSignal | undefined,
  ): Promise<BigUint64Array> {
    if (this.disposed) throw new Error('the session is closed');
    const { api } = this.ort;
    const settings = received(api, (out) => api.CreateRunOptions(out));
    check(api, api.RunOptionsSetRunLogSeverityLevel(settings, 4));
    const memory = {
      inNames: this.addresses(ins),
      inValues: BigUint64Array.from(ins, ({ value }) => value.pointer),
      outNames: this.addresses(outs),
      outValues: BigUint64Array.from(outs, ({ value }) => value.pointer),
    };
    const { inNames, inValues, outNames, outValues } = memory;
    const stop = () => check(api, api.RunOptionsSetTerminate(settings));
    signal?.addEventListener('abort', stop, { once: true });
    const result = asynchronously(api, (done) =>
      api.Run.async(this.session, settings, inNames, inValues, ins.length, outNames, outs.length, outValues, done),
    );
    const run = { done: result.catch(() => undefined), memory };
    this.running.add(run);
    try {
      await result;
      return outValues;
    } finally {
      this.running.delete(run);
      signal?.removeEventListener('abort', stop);
      api.ReleaseRunOptions(settings);
    }
  }

  private addresses(values: readonly { name: string }[]): BigUint64Array {
    return BigUint64Array.from(values, ({ name }) => {
      const bytes = this.names.get(name);
      if (!bytes) throw new Error(`there is no input or output ${name}`);
      return this.ort.koffi.address(bytes);
    });
  }

  private describe(side: 'Input' | 'Output'): ValueInfo[] {
    const { api, allocator, koffi } = this.ort;
    const count = Number(received(api, (out) => api[`SessionGet${side}Count`](this.session, out)));
    return Array.from({ length: count }, (_, i) => {
      const text = received(api, (out) => api[`SessionGet${side}Name`](this.session, i, allocator, out));
      const name = koffi.decode.string(text);
      check(api, api.AllocatorFree(allocator, text));
      const type = received(api, (out) => api[`SessionGet${side}TypeInfo`](this.session, i, out));
      try {
        const info = received(api, (out) => api.CastTypeInfoToTensorInfo(type, out)); // owned by `type`
        if (info === 0n) throw new TypeError(`${name} is not a tensor`);
        const shape = shapeOf(this.ort, info);
        const symbols = new BigUint64Array(shape.length);
        if (shape.length > 0) check(api, api.GetSymbolicDimensions(info, symbols, shape.length));
        return {
          name,
          type: elementType(this.ort, info),
          shape: shape.map((length, d) => (length >= 0 ? length : koffi.decode.string(symbols[d]!))),
        };
      } finally {
        api.ReleaseTypeInfo(type);
      }
    });
  }
}
