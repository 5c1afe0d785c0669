// SPDX-License-Identifier: Apache-2.0
import type { EngineCall, EngineRequest } from '../contract';
import { onProcessor } from '../engine';

type Load = EngineRequest<'model.load'>;

/** What is known of an engine's process that has died. */
export interface Dead {
  /** The model that was chosen: in use, or being loaded. */
  model: Load | undefined;
  /** What was in use; while another is loaded, still the one before it. */
  inUse: Load | undefined;
  /** What was in use before that. */
  before: Load | undefined;
  /** Calls that were under way. */
  lost: readonly EngineCall[];
  /** Whether we ended it, as it hung or took too much memory. */
  ended: boolean;
}

export interface Succession {
  /** The model to load now. */
  next: Load | undefined;
  /** It is the same model, but on the processor: the device may have been the cause. */
  onProcessor: boolean;
  /** The bundled model takes its place. */
  bundled: boolean;
  /** Another takes its place at the next start of the app, too. */
  replaced: boolean;
}

/** Which model is loaded after the engine died: the same, unless it is likely the cause. */
export function afterDeath({ model, inUse, before, lost, ended }: Dead): Succession {
  const loading = lost.includes('model.load');
  // Reading words takes no memory to speak of: what dies of it, or hangs at work, does so by its model.
  const byModel = lost.includes('measure') || (ended && lost.includes('ask'));
  const fallback = model && model.device.used !== 'cpu' ? { ...model, device: onProcessor(model.device) } : undefined;
  let next = fallback ?? model;
  if (loading)
    next = inUse ?? fallback; // a model that ends the engine while it is loaded would do so again
  else if (byModel && model && !model.bundled) next = before?.folder === model.folder ? undefined : before;
  const another = model !== undefined && next?.folder !== model.folder;
  return {
    next,
    onProcessor: next !== undefined && next === fallback,
    bundled: another && !next && !loading, // whoever was loading decides what else to load
    // One that only ended it while it was loaded may have lacked memory: it stays chosen for the next start.
    replaced: another && (ended || !loading),
  };
}
