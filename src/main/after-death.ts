// SPDX-License-Identifier: Apache-2.0
import type { EngineCall, EngineRequest } from '../contract';
import { onProcessor } from '../engine';

type Load = EngineRequest<'model.load'>;

/** What is known about an engine process that has died. */
export interface Dead {
  /** The chosen model: in use, or being loaded. */
  model: Load | undefined;
  /** The model in use. While another is being loaded, this is still the previous one. */
  inUse: Load | undefined;
  /** The model that was in use before that. */
  before: Load | undefined;
  /** Calls that were in progress. */
  lost: readonly EngineCall[];
  /** Whether we ended the process, because it hung or took too much memory. */
  ended: boolean;
}

export interface Succession {
  /** The model to load now. */
  next: Load | undefined;
  /** Whether `next` is the same model on the processor, because the device may have been the cause. */
  onProcessor: boolean;
  /** Whether the bundled model replaces it. */
  bundled: boolean;
  /** Whether another model replaces it at the next start of the app too. */
  replaced: boolean;
}

/** Decides which model is loaded after the engine died: the same one, unless it is likely the cause. */
export function afterDeath({ model, inUse, before, lost, ended }: Dead): Succession {
  const loading = lost.includes('model.load');
  // `measure` takes very little memory, so a process that dies during it was ended by its model. So was one that hung
  // while answering.
  const byModel = lost.includes('measure') || (ended && lost.includes('ask'));
  const fallback = model && model.device.used !== 'cpu' ? { ...model, device: onProcessor(model.device) } : undefined;
  let next = fallback ?? model;
  if (loading)
    next = inUse ?? fallback; // a model that ended the engine while it was being loaded would do so again
  else if (byModel && model && !model.bundled) next = before?.folder === model.folder ? undefined : before;
  const another = model !== undefined && next?.folder !== model.folder;
  return {
    next,
    onProcessor: next !== undefined && next === fallback,
    bundled: another && !next && !loading, // the caller of a load decides which model to load instead
    // A model whose loading only crashed the engine may have lacked memory, so it stays chosen for the next start.
    replaced: another && (ended || !loading),
  };
}
