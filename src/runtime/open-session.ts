// SPDX-License-Identifier: Apache-2.0
/**
 * Opens sessions; nothing else calls ONNX Runtime. Uses the native runtime if it works, else onnxruntime-node in a
 * thread.
 */

import type { Device } from '../contract';
import { productsAreExact } from './exact-products';
import type { GraphSource } from './graph';
import { loadOrt, openNativeSession } from './native';
import { openNodeSession, type NodeOptions } from './node/session';
import type { OnnxSession } from './session';

export type Runtime = 'native' | 'node';

export interface SessionOptions {
  /** Where it runs; unsupported operators run on the processor. Default: `cpu`. */
  device?: Device | undefined;
  /** Threads for one operator. Default: ONNX Runtime's choice (the physical cores). */
  threads?: number | undefined;
  /** Default: the result of `chooseRuntime`. */
  runtime?: Runtime | undefined;
}

export interface RuntimeChoice {
  runtime: Runtime;
  /** Why it is not the native runtime, for the log. */
  reason?: string;
}

/** The runtime that sessions use: the native one, if its library can be called here. */
export function chooseRuntime({ runtime }: SessionOptions = {}): RuntimeChoice {
  if (runtime === 'node') return { runtime, reason: 'asked for' };
  try {
    loadOrt();
    return { runtime: 'native' };
  } catch (error) {
    if (runtime === 'native') throw error;
    return { runtime: 'node', reason: String(error).split('\n')[0]! }; // the rest lists only Node's search paths
  }
}

/**
 * Loads a graph, off the event loop.
 * @param graph its file, or a changed graph to load instead.
 * @throws ZoetropeError `model-incomplete` (external weights missing), `out-of-memory`, `device-failed`, or
 *   `model-broken`.
 */
export async function openSession(graph: string | GraphSource, options: SessionOptions = {}): Promise<OnnxSession> {
  const source = typeof graph === 'string' ? { path: graph } : graph;
  const { runtime } = chooseRuntime(options);
  exact ??= productsAreExact((probe) => open(probe, runtime, { threads: 1 }));
  return open(source, runtime, { ...options, carefulProducts: !(await exact.catch(() => false)) });
}

/** Determined once per process: the processor stays the same. */
let exact: Promise<boolean> | undefined;

function open(source: GraphSource, runtime: Runtime, options: NodeOptions): Promise<OnnxSession> {
  return runtime === 'native' ? openNativeSession(loadOrt(), source, options) : openNodeSession(source, options);
}
