// SPDX-License-Identifier: Apache-2.0
import type { Arrangement, Item } from '../contract';

/** One picture of each take, at corresponding times or from the same camera. */
export type Pair = readonly [a: Item, b: Item];

export const inOrder = (pairs: readonly Pair[], arrange: Arrangement): Item[] =>
  arrange === 'alternate' ? pairs.flat() : [...pairs.map(([a]) => a), ...pairs.map(([, b]) => b)];
