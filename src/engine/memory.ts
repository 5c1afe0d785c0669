// SPDX-License-Identifier: Apache-2.0
/** Checks, before a model is loaded or a sequence runs, whether there is enough memory. */

import { formatBytes, say, ZoetropeError, type Budget, type ModelNeeds } from '../contract';
import { sequenceBytes, type SequenceBytes } from '../runtime';

type Model = Parameters<typeof sequenceBytes>[0] & { contextLength: number };
type Traits = Parameters<typeof sequenceBytes>[2];

/** Smallest useful context in positions: a few pictures, a question, an answer. */
const LEAST_POSITIONS = 2048;
/** Positions reserved for an answer; most answers are shorter. */
const ANSWER = 256;

const least = ({ floats, int8 = Infinity }: SequenceBytes): number => Math.min(floats, int8);

/** The memory that a model needs, in bytes. @param model bytes of its weights after loading. */
export function needsOf(settings: Model, model: number, free: number): ModelNeeds {
  return { model, context: least(sequenceBytes(settings, settings.contextLength)), free };
}

/** @throws ZoetropeError `wont-fit` if the model needs more memory than is free. */
export function checkModel(settings: Model & { name: string }, { model, free }: ModelNeeds): void {
  const needed = model + least(sequenceBytes(settings, Math.min(settings.contextLength, LEAST_POSITIONS)));
  if (needed <= free) return;
  throw new ZoetropeError(
    'wont-fit',
    say`The model "${settings.name}" needs about ${formatBytes(needed)} of memory, and ${formatBytes(free)} is free.`,
    say`Close other programs, or choose a smaller model. If you load it anyway, the whole computer may become slow, or loading may fail.`,
    `needed ${needed}, free ${free}`,
  );
}

/**
 * The memory that a sequence needs besides the model, in bytes, and whether keys and values may be stored as floats,
 * which is faster.
 */
export function sequenceNeeds(
  model: Model,
  traits: Traits,
  { prompt, image, pictures: all }: Budget,
  free: number,
): { memory: NonNullable<Budget['memory']>; floats: boolean } {
  const needs = (tokens: number) => sequenceBytes(model, Math.min(model.contextLength, tokens + ANSWER), traits);
  const whole = needs(prompt);
  const floats = whole.floats <= free;
  let pictures = all.length;
  let shown = image;
  while (pictures > 0 && least(needs(prompt - image + shown)) > free) shown -= all[--pictures]!.tokens;
  return { memory: { needed: floats ? whole.floats : least(whole), free, pictures }, floats };
}
