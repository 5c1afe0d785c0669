// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { say, ZoetropeError } from '../contract';

/** Tells pictures that a model was not trained for from others: a line through the mean of a picture's features. */
export interface OutsideScore {
  /** One weight a dimension of an embedding. */
  weights: number[];
  bias: number;
}

export const OUTSIDE_FILE = 'outside.json';

const Outside = z.object({ weights: z.array(z.number()).min(1), bias: z.number() });

/** Reads `outside.json` of a model folder, which `training` may have written. @throws model-broken when it does not fit the model. */
export function parseOutside(json: unknown, hiddenSize: number): OutsideScore | undefined {
  if (json === undefined) return undefined;
  const { data, error } = Outside.safeParse(json);
  if (data?.weights.length === hiddenSize) return data;
  throw new ZoetropeError(
    'model-broken',
    say`The model's file ${OUTSIDE_FILE} is damaged.`,
    say`Download the model again.`,
    error?.message,
  );
}

/** True when a picture looks unlike what the model was trained on. @param features [tokens, hiddenSize], of one picture. */
export function looksOutside(features: Float32Array, { weights, bias }: OutsideScore): boolean {
  let sum = 0;
  for (let at = 0; at < features.length; at++) sum += features[at]! * weights[at % weights.length]!;
  return (sum * weights.length) / features.length + bias > 0;
}
