// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { say, ZoetropeError } from '../contract';

/** A linear classifier on the mean of a picture's features that detects pictures unlike the training data. */
export interface OutsideScore {
  /** One weight per dimension of an embedding. */
  weights: number[];
  bias: number;
}

export const OUTSIDE_FILE = 'outside.json';

const Outside = z.object({ weights: z.array(z.number()).min(1), bias: z.number() });

/**
 * Parses `outside.json` of a model folder, which `training` may have written.
 * @throws ZoetropeError `model-broken` if it does not fit the model.
 */
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

/** Whether a picture looks unlike the training data. @param features [tokens, hiddenSize], of one picture. */
export function looksOutside(features: Float32Array, { weights, bias }: OutsideScore): boolean {
  let sum = 0;
  for (let at = 0; at < features.length; at++) sum += features[at]! * weights[at % weights.length]!;
  return (sum * weights.length) / features.length + bias > 0;
}
