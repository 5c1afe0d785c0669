import type { Item } from '../../contract';

/** Rearranging lists of things with an id. */
interface Named {
  id: string;
}

export function without<T extends Named>(items: readonly T[], ids: ReadonlySet<string>): T[] {
  return items.filter((item) => !ids.has(item.id));
}

/** Takes `ids` out, keeping their order, and puts them before or after `target`. */
export function moveBeside<T extends Named>(
  items: readonly T[],
  ids: ReadonlySet<string>,
  target: string,
  side: 'before' | 'after',
): T[] {
  if (ids.has(target)) return [...items];
  const moved = items.filter((item) => ids.has(item.id));
  const rest = without(items, ids);
  const at = rest.findIndex((item) => item.id === target);
  if (at < 0) return [...items];
  const cut = side === 'before' ? at : at + 1;
  return [...rest.slice(0, cut), ...moved, ...rest.slice(cut)];
}

/** Moves `ids` as one block by one place, earlier (-1) or later (+1). */
export function nudge<T extends Named>(items: readonly T[], ids: ReadonlySet<string>, by: -1 | 1): T[] {
  const places = items.flatMap((item, i) => (ids.has(item.id) ? [i] : []));
  const first = places[0];
  const last = places.at(-1);
  if (first === undefined || last === undefined) return [...items];
  const target = by < 0 ? items[first - 1] : items[last + 1];
  return target ? moveBeside(items, ids, target.id, by < 0 ? 'before' : 'after') : [...items];
}

/** `count` of the items, evenly spread, first and last kept when there is room for both. */
export function thin<T>(items: readonly T[], count: number): T[] {
  if (count >= items.length) return [...items];
  if (count <= 0) return [];
  if (count === 1) return items.slice(0, 1);
  return Array.from({ length: count }, (_, k) => items[Math.round((k * (items.length - 1)) / (count - 1))] as T);
}

/** Puts `fresh` where the first of the items it replaces stood, or at the end. */
export function replaceWhere<T>(items: readonly T[], old: (item: T) => boolean, fresh: readonly T[]): T[] {
  const at = items.findIndex(old);
  const before = at < 0 ? items : items.slice(0, at);
  const after = at < 0 ? [] : items.slice(at);
  const stays = (item: T) => !old(item) && !fresh.includes(item);
  return [...before.filter(stays), ...fresh, ...after.filter(stays)];
}

/**
 * Puts a frame among the frames of its video by its time, in place of `instead` if that is named. Where they do not
 * stand in time order (the user arranged them), it takes the place of the one it replaces, or the end. A frame that is
 * there already is not put there twice.
 */
export function placeByTime(items: readonly Item[], frame: Item, instead?: string): Item[] {
  const { origin } = frame;
  if (origin.kind !== 'frame') return [...items, frame];
  const old = items.findIndex((item) => item.id === instead);
  const rest = items.filter((item) => item.id !== instead);
  const family = rest.flatMap((item, at) =>
    item.origin.kind === 'frame' && item.origin.source.id === origin.source.id
      ? [{ at, index: item.origin.index }]
      : [],
  );
  if (family.some(({ index }) => index === origin.index)) return rest;
  const ordered = family.every(({ index }, k) => k === 0 || index > family[k - 1]!.index);
  const next = family.find(({ index }) => index > origin.index);
  const last = family.at(-1);
  const inTime = next ? next.at : last ? last.at + 1 : undefined;
  const at = (ordered ? inTime : undefined) ?? (old < 0 ? rest.length : old);
  return [...rest.slice(0, at), frame, ...rest.slice(at)];
}
