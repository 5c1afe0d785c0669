// SPDX-License-Identifier: Apache-2.0
/** The one place where ONNX Runtime is called: natively where that works, else by onnxruntime-node in a thread. */

import type { Device } from '../contract';
import { productsAreExact } from './exact-products';
import type { GraphSource } from './graph';
import { loadOrt, openNativeSession } from './native';
import { openNodeSession, type NodeOptions } from './node/session';
import type { OnnxSession } from './session';

export type Runtime = 'native' | 'node';

export interface SessionOptions {
  /** Where it runs; what that cannot do, the processor does. Default: `cpu`. */
  device?: Device | undefined;
  /** Threads for one operator; ONNX Runtime's choice (the physical cores) if left out. */
  threads?: number | undefined;
  /** Default: `chooseRuntime`'s. */
  runtime?: Runtime | undefined;
}

export interface RuntimeChoice {
  runtime: Runtime;
  /** Why it is not the native one, for the log. */
  reason?: string;
}

/** Which runtime sessions open with: the native one, if its library can be called here. */
export function chooseRuntime({ runtime }: SessionOptions = {}): RuntimeChoice {
  if (runtime === 'node') return { runtime, reason: 'asked for' };
  try {
    loadOrt();
    return { runtime: 'native' };
  } catch (error) {
    if (runtime === 'native') throw error;
    return { runtime: 'node', reason: String(error).split('\n')[0]! }; // Node's own list of paths says no more
  }
}

/**
 * Loads a graph, off the event loop.
 * @param graph its file, or what to load in the file's place.
 * @throws ZoetropeError `model-incomplete` (external weights missing), `out-of-memory`, `device-failed`, or `model-broken`.
 */
export async function openSession(graph: string | GraphSource, options: SessionOptions = {}): Promise<OnnxSession> {
  const source = typeof graph === 'string' ? { path: graph } : graph;
  const { runtime } = chooseRuntime(options);
  exact ??= productsAreExact((probe) => open(probe, runtime, { threads: 1 }));
  return open(source, runtime, { ...options, carefulProducts: !(await exact.catch(() => false)) });
}

/** Asked once a process: the processor stays the same. */
let exact: Promise<boolean> | undefined;

function open(source: GraphSource, runtime: Runtime, options: NodeOptions): Promise<OnnxSession> {
  return runtime === 'native' ? openNativeSession(loadOrt(), source, options) : openNodeSession(source, options);
}
