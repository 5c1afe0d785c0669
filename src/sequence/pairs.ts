// SPDX-License-Identifier: Apache-2.0
import type { Arrangement, Item } from '../contract';

/** A picture of each take, at matched times or from matched places. */
export type Pair = readonly [a: Item, b: Item];

export const inOrder = (pairs: readonly Pair[], arrange: Arrangement): Item[] =>
  arrange === 'alternate' ? pairs.flat() : [...pairs.map(([a]) => a), ...pairs.map(([, b]) => b)];
