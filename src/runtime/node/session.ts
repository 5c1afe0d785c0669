// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { cancelled, throwIfCancelled, type Device } from '../../contract';
import type { GraphSource } from '../graph';
import { loadError, runError } from '../session-errors';
import {
  bytesOf,
  type HeldValue,
  type OnnxSession,
  type RunOptions,
  type Tensor,
  type TensorType,
  type ValueInfo,
} from '../session';
import { serveOnnxRuntime, type Feed, type WorkerReply, type WorkerRequest, type WorkerResults } from './worker';

export interface NodeOptions {
  /** Default: `cpu`. */
  device?: Device | undefined;
  /** Threads for one operator. Default: ONNX Runtime's choice (the physical cores). */
  threads?: number | undefined;
  /** Whether 8-bit products need a slower method to be exact on this processor. Default: no. */
  carefulProducts?: boolean | undefined;
}

/** The thread that onnxruntime-node runs in: its `run` blocks its thread until it is done. */
class Thread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #last = 0;

  constructor() {
    const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
    const source = `(${serveOnnxRuntime.toString()})(require(${JSON.stringify(entry)}), require('node:worker_threads').parentPort)`;
    this.#worker = new Worker(source, { eval: true, name: 'onnxruntime' });
    this.#worker.unref(); // does not keep the process alive
    this.#worker.on('message', (reply: WorkerReply) => {
      const waiting = this.#settle(reply.id);
      if (reply.ok) waiting?.resolve(reply.value);
      else waiting?.reject(new Error(reply.error));
    });
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the thread ended')));
  }

  ask<K extends WorkerRequest['kind']>(request: Extract<WorkerRequest, { kind: K }>): Promise<WorkerResults[K]> {
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      if (this.#waiting.size === 0) this.#worker.ref();
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#worker.postMessage({ id, request });
    });
  }

  #settle(id: number) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    return waiting;
  }

  #fail(error: Error): void {
    if (thread === this) thread = undefined; // the next session starts a new one
    for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(error);
  }
}

let thread: Thread | undefined;
let numbers = 0;

/** A value in the thread's memory. */
class ThreadValue implements HeldValue {
  readonly number = ++numbers;
  shape: readonly number[] | undefined;

  constructor(
    private readonly thread: Thread,
    readonly type: TensorType,
    shape?: readonly number[],
  ) {
    this.shape = shape;
  }

  get bytes(): number {
    return this.shape ? bytesOf(this.type, this.shape) : 0;
  }

  read(from = 0, to?: number): Promise<Tensor['data']> {
    const all = this.bytes / bytesOf(this.type, []);
    return this.thread.ask({ kind: 'read', held: this.number, from, to: to ?? all });
  }

  dispose(): void {
    this.shape = undefined;
    void this.thread.ask({ kind: 'drop', held: this.number }).catch(() => undefined); // a thread that has ended holds nothing
  }
}

/**
 * Loads a graph with onnxruntime-node in a thread. When a run is stopped, the call ends at once; the thread finishes
 * the run before it starts the next.
 * @throws ZoetropeError as `openSession`.
 */
export async function openNodeSession({ path, bytes }: GraphSource, options: NodeOptions = {}): Promise<OnnxSession> {
  const worker = (thread ??= new Thread());
  const session = ++numbers;
  let described: WorkerResults['open'];
  try {
    described = await worker.ask({
      kind: 'open',
      session,
      graph: bytes ?? path,
      options: {
        executionProviders: [...new Set([options.device ?? 'cpu', 'cpu'])], // provider names equal device names
        ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
        // Lengths change with every run: remembered allocation plans would only accumulate.
        enableMemPattern: false,
        logSeverityLevel: 3,
        // Idle threads that spin would take the cores from the window; denormals make attention ten times slower.
        extra: {
          session: {
            intra_op: { allow_spinning: '0' },
            set_denormal_as_zero: '1',
            ...(options.carefulProducts ? { x64quantprecision: '1' } : {}),
            ...(bytes ? { model_external_initializers_file_folder_path: dirname(path) } : {}),
          },
        },
      },
    });
  } catch (error) {
    throw loadError(error, path, options.device);
  }
  const { inputs, outputs } = described;
  let disposed: Promise<void> | undefined;
  return {
    inputs,
    outputs,
    writesInPlace: false,
    async run(feeds, { signal, wanted, into = {} }: RunOptions = {}) {
      throwIfCancelled(signal);
      try {
        const running = worker.ask({
          kind: 'run',
          session,
          feeds: sent(inputs, feeds),
          wanted: wanted ?? outputs.map(({ name }) => name).filter((name) => !(name in into)),
          into: Object.fromEntries(Object.entries(into).map(([name, value]) => [name, (value as ThreadValue).number])),
        });
        const { fetched, shapes } = await orAborted(running, signal);
        for (const [name, shape] of Object.entries(shapes)) (into[name] as ThreadValue).shape = shape;
        return fetched;
      } catch (error) {
        throwIfCancelled(signal);
        throw runError(error, path, options.device);
      }
    },
    hold(type, shape) {
      const value = new ThreadValue(worker, type, shape);
      if (shape) void worker.ask({ kind: 'hold', held: value.number, type, shape }).catch(() => undefined); // the run that needs it reports the error
      return value;
    },
    keep(tensor) {
      const value = new ThreadValue(worker, tensor.type, tensor.shape);
      void worker.ask({ kind: 'keep', held: value.number, tensor }).catch(() => undefined); // as above
      return value;
    },
    async resized(value, positions) {
      const [batch = 1, heads = 1, , width = 1] = value.shape ?? [];
      const to = new ThreadValue(worker, value.type, [batch, heads, positions, width]);
      try {
        await worker.ask({ kind: 'resize', held: to.number, from: (value as ThreadValue).number, positions });
      } catch (error) {
        throw runError(error, path);
      }
      return to;
    },
    dispose() {
      disposed ??= worker.ask({ kind: 'close', session }).catch(() => undefined);
      return disposed;
    },
  };
}

function sent(inputs: readonly ValueInfo[], feeds: Readonly<Record<string, Tensor | HeldValue>>): Record<string, Feed> {
  const all: Record<string, Feed> = {};
  for (const { name } of inputs) {
    const feed = feeds[name];
    if (!feed) throw new Error(`input ${name} not given`);
    all[name] = feed instanceof ThreadValue ? { held: feed.number } : (feed as Tensor);
  }
  return all;
}

/** Resolves with the result, or rejects with `cancelled` as soon as the signal is aborted. */
function orAborted<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return result;
  return new Promise((resolve, reject) => {
    const stop = () => reject(cancelled());
    signal.addEventListener('abort', stop, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
