import type { Arrangement, Item, Take } from '../contract';

/** A picture of each take, at matched times or from matched places. */
export type Pair = readonly [a: Item, b: Item];

/** Which of two compared videos or scenes an item is from, if it is from one. */
export const takeOf = ({ origin }: Item): Take | undefined => (origin.kind === 'photo' ? undefined : origin.take);

/** The same item, known to be of this take. A photograph is of none. */
export function ofTake(item: Item, take: Take): Item {
  if (item.origin.kind === 'photo') return item;
  return { ...item, origin: { ...item.origin, take } };
}

export const inOrder = (pairs: readonly Pair[], arrange: Arrangement): Item[] =>
  arrange === 'alternate' ? pairs.flat() : [...pairs.map(([a]) => a), ...pairs.map(([, b]) => b)];
