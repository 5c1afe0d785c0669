/** The one place where ONNX Runtime is called. */

import { basename } from 'node:path';
import * as ort from 'onnxruntime-node';
import { throwIfCancelled, ZoetropeError } from '../contract';
import type { OnnxSession, Tensor, TensorType, ValueInfo } from './session';

export interface SessionOptions {
  /** Execution providers by ONNX Runtime's names, in order of preference. Default: `['cpu']`. */
  providers?: readonly string[] | undefined;
  /** Threads for one operator; ONNX Runtime's choice (the physical cores) if left out. */
  threads?: number | undefined;
}

/**
 * Loads a graph.
 * @throws ZoetropeError `model-incomplete` (external weights missing), `out-of-memory`, or `model-broken`.
 */
export async function openSession(path: string, options: SessionOptions = {}): Promise<OnnxSession> {
  let session: ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(path, {
      executionProviders: options.providers ?? ['cpu'],
      ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
      // Lengths change with every run: remembered allocation plans would only pile up.
      enableMemPattern: false,
      logSeverityLevel: 3,
      // Idle threads that spin take the cores from the window; denormals slow attention tenfold.
      extra: { session: { intra_op: { allow_spinning: '0' }, set_denormal_as_zero: '1' } },
    });
  } catch (error) {
    throw loadError(error, path);
  }
  const inputs = session.inputMetadata.map(valueInfo);
  const outputs = session.outputMetadata.map(valueInfo);
  let disposed = false;
  return {
    inputs,
    outputs,
    async run(feeds, { signal, wanted } = {}) {
      throwIfCancelled(signal);
      try {
        const given: Record<string, ort.Tensor> = {};
        for (const { name } of inputs) {
          const tensor = feeds[name];
          if (!tensor) throw new Error(`input ${name} not given`);
          given[name] = toOrt(tensor);
        }
        const fetched = await session.run(given, wanted ?? session.outputNames);
        const results: Record<string, Tensor> = {};
        for (const [name, value] of Object.entries(fetched)) results[name] = fromOrt(value);
        return results;
      } catch (error) {
        throw runError(error, path);
      }
    },
    async dispose() {
      if (disposed) return;
      disposed = true;
      await session.release();
    },
  };
}

function valueInfo(meta: ort.InferenceSession.ValueMetadata): ValueInfo {
  if (!meta.isTensor) throw new TypeError(`${meta.name} is not a tensor`);
  return { name: meta.name, type: meta.type as TensorType, shape: meta.shape };
}

/** The runtime's own half floats, where it has them: ONNX Runtime then accepts nothing else. */
const Float16 = (globalThis as { Float16Array?: new (b: ArrayBufferLike, o: number, l: number) => unknown }).Float16Array;

function toOrt(tensor: Tensor): ort.Tensor {
  const data =
    tensor.type === 'float16' && Float16
      ? new Float16(tensor.data.buffer, tensor.data.byteOffset, tensor.data.length)
      : tensor.data;
  return new ort.Tensor(tensor.type, data as Float32Array, tensor.shape);
}

function fromOrt(value: ort.Tensor): Tensor {
  const type = value.type as TensorType;
  const data = value.data as Float32Array;
  return {
    type,
    shape: value.dims,
    data: type === 'float16' ? new Uint16Array(data.buffer, data.byteOffset, data.length) : data,
  };
}

const NO_MEMORY = /bad_alloc|failed to allocate|out of memory|allocation failed|not enough memory|bad allocation/i;
const NO_FILE = /external data path|external initializer|no such file|does not exist|doesn't exist/i;

function outOfMemory(detail: string): ZoetropeError {
  return new ZoetropeError(
    'out-of-memory',
    'There is not enough memory for this.',
    'Use fewer or smaller pictures, close other programs, or choose a smaller model.',
    detail,
  );
}

function loadError(error: unknown, path: string): ZoetropeError {
  const detail = String(error);
  const file = basename(path);
  if (NO_MEMORY.test(detail)) return outOfMemory(detail);
  if (NO_FILE.test(detail)) {
    return new ZoetropeError('model-incomplete', `The weights beside the model's file ${file} are missing or cut short.`, 'Download the model again.', detail);
  }
  return new ZoetropeError('model-broken', `The model's file ${file} cannot be loaded.`, 'Download the model again, or choose another one.', detail);
}

function runError(error: unknown, path: string): ZoetropeError {
  if (error instanceof ZoetropeError) return error;
  const detail = String(error);
  if (NO_MEMORY.test(detail)) return outOfMemory(detail);
  return new ZoetropeError('model-broken', `The model's file ${basename(path)} failed while it ran.`, 'Try again; if it fails again, choose another model.', detail);
}
