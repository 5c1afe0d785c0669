// SPDX-License-Identifier: Apache-2.0
import { GoodFor, say, ZoetropeError } from '../contract';

export const GOOD_FOR_FILE = 'good_for.json';

/**
 * Parses `good_for.json` of a model folder: up to how many pictures its answers were measured to be good.
 * @returns null if it was not measured. @throws ZoetropeError `model-broken`
 */
export function parseGoodFor(json: unknown): GoodFor | null {
  if (json === undefined) return null;
  const { data, error } = GoodFor.safeParse(json);
  if (data) return data;
  throw new ZoetropeError(
    'model-broken',
    say`The model's file ${GOOD_FOR_FILE} is damaged.`,
    say`Download the model again.`,
    error.message,
  );
}
