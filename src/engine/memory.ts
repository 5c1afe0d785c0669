// SPDX-License-Identifier: Apache-2.0
/** Whether there is memory for a model or a sequence, asked before either is begun. */

import { formatBytes, say, ZoetropeError, type Budget, type ModelNeeds } from '../contract';
import { sequenceBytes, type SequenceBytes } from '../runtime';

type Model = Parameters<typeof sequenceBytes>[0] & { contextLength: number };
type Traits = Parameters<typeof sequenceBytes>[2];

/** Positions that a model must have room for to be of any use: a few pictures, a question, an answer. */
const LEAST_POSITIONS = 2048;
/** What is set aside for an answer, in positions; most are shorter. */
const ANSWER = 256;

const least = ({ floats, int8 = Infinity }: SequenceBytes): number => Math.min(floats, int8);

/** @param model bytes of its weights once they are loaded. */
export function needsOf(settings: Model, model: number, free: number): ModelNeeds {
  return { model, context: least(sequenceBytes(settings, settings.contextLength)), free };
}

/** @throws ZoetropeError `wont-fit`. */
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

/** What a sequence takes beside the model, and whether its keys and values may be floats, which is faster. */
export function sequenceNeeds(
  model: Model,
  traits: Traits,
  { prompt, image, perPicture }: Budget,
  free: number,
): { memory: NonNullable<Budget['memory']>; floats: boolean } {
  const needs = (tokens: number) => sequenceBytes(model, Math.min(model.contextLength, tokens + ANSWER), traits);
  const all = needs(prompt);
  const floats = all.floats <= free;
  let pictures = image / perPicture;
  while (pictures > 0 && least(needs(prompt - image + pictures * perPicture)) > free) pictures--;
  return { memory: { needed: floats ? all.floats : least(all), free, pictures }, floats };
}
