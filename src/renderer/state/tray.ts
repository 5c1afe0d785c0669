// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'react';
import type { Item, NumberedItem } from '../../contract';
import { messagesBefore, pictureNumbers, PLACEHOLDER, placeholderCount } from '../../sequence';
import { bridge, unwrap } from './bridge';
import { make } from './history';
import { get, set, useStore } from './store';

/** Rearranging lists of things that have an id. */
interface Named {
  id: string;
}

export function without<T extends Named>(items: readonly T[], ids: ReadonlySet<string>): T[] {
  return items.filter((item) => !ids.has(item.id));
}

/** Removes `ids`, keeping their order, and inserts them before or after `target`. */
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

/** `count` of the items, evenly spread; the first and the last are kept if `count` is at least 2. */
export function thin<T>(items: readonly T[], count: number): T[] {
  if (count >= items.length) return [...items];
  if (count <= 0) return [];
  if (count === 1) return items.slice(0, 1);
  return Array.from({ length: count }, (_, k) => items[Math.round((k * (items.length - 1)) / (count - 1))] as T);
}

/** Inserts `fresh` at the place of the first item it replaces, or at the end. */
export function replaceWhere<T>(items: readonly T[], old: (item: T) => boolean, fresh: readonly T[]): T[] {
  const at = items.findIndex(old);
  const before = at < 0 ? items : items.slice(0, at);
  const after = at < 0 ? [] : items.slice(at);
  const stays = (item: T) => !old(item) && !fresh.includes(item);
  return [...before.filter(stays), ...fresh, ...after.filter(stays)];
}

/**
 * Inserts a frame in time order among the frames of its video, and removes `instead` if given. If the user arranged
 * them in another order, the frame takes the place of the one it replaces, or the end. A frame that is already there is
 * not added again.
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

const same = (a: readonly Item[], b: readonly Item[]) => a.length === b.length && a.every((x, i) => x.id === b[i]?.id);

/** Every change of the tray goes through here, so every change can be undone. */
export function setTray(items: readonly Item[]): void {
  if (!same(get().project.tray, items)) make({ tray: [...items] });
}

export const clearTray = () => setTray([]);
export const removeItems = (ids: Iterable<string>) => setTray(without(get().project.tray, new Set(ids)));
export const appendItems = (items: readonly Item[]) => {
  const tray = get().project.tray;
  const here = new Set(tray.map((item) => item.id));
  setTray([...tray, ...items.filter((item) => !here.has(item.id))]);
};
export const moveItems = (ids: Iterable<string>, target: string, side: 'before' | 'after') =>
  setTray(moveBeside(get().project.tray, new Set(ids), target, side));
export const nudgeItems = (ids: Iterable<string>, by: -1 | 1) => setTray(nudge(get().project.tray, new Set(ids), by));
export const thinTray = (count: number) => setTray(thin(get().project.tray, count));

/** The tiles of a photograph that are in the tray. */
export const tilesOf = (tray: readonly Item[], { origin: { source }, picture }: Item): Item[] =>
  tray.filter(
    ({ origin }) =>
      origin.kind === 'photo' && origin.tile?.of.sha256 === picture.sha256 && origin.source.id === source.id,
  );

/** Whether tiles would show the model more than the whole photograph at `side` x `side`. */
export const canDivide = ({ origin, picture }: Item, side: number): boolean =>
  origin.kind === 'photo' && !origin.tile && (picture.width > side || picture.height > side);

/** Adds a photograph's tiles after it in the tray, or removes them if they are there. */
export async function divide(item: Item): Promise<void> {
  const tiles = tilesOf(get().project.tray, item);
  if (tiles.length > 0) return removeItems(tiles.map(({ id }) => id));
  const made = await unwrap(() => bridge()['picture.tiles']({ item }));
  const tray = get().project.tray;
  const at = tray.findIndex(({ id }) => id === item.id);
  if (made && at >= 0) setTray([...tray.slice(0, at + 1), ...made.items, ...tray.slice(at + 1)]);
}

/** Replaces the frames or views of these sources by new ones. */
export const replaceItemsOf = (sources: ReadonlySet<string>, items: readonly Item[]) =>
  setTray(replaceWhere(get().project.tray, (item) => sources.has(item.origin.source.id), items));

/** Replaces views by new ones at their places; views that were removed meanwhile stay removed. */
export function replaceItems(fresh: ReadonlyMap<string, Item>): void {
  const { selected, project } = get();
  setTray(project.tray.map((item) => fresh.get(item.id) ?? item));
  selectItems([...selected].map((id) => fresh.get(id)?.id ?? id));
}

/** A `Set` is kept as it is: that of a grid list also stores the anchor for selecting with Shift. */
export const selectItems = (ids: Iterable<string>) =>
  set({ selected: ids instanceof Set ? (ids as Set<string>) : new Set(ids) });
export const hoverItem = (id: string | null) => set({ hovered: id });
export const toggleModelEye = () => set((s) => ({ modelEye: !s.modelEye }));

/** The numbers of the tray's pictures, with the question in the composer, by item id. */
function numbersNow(): ReadonlyMap<string, number> {
  const { project, editing, draft, settings } = get();
  return pictureNumbers(messagesBefore(project.messages, editing?.id), project.tray, draft, settings.placement);
}

/** Items of the tray with their numbers, sorted by number. */
export function numbered(items: readonly Item[]): NumberedItem[] {
  const numbers = numbersNow();
  return items
    .map((item, k) => ({ ...item, number: numbers.get(item.id) ?? k + 1 }))
    .sort((a, b) => a.number - b.number);
}

/** The numbers of the tray's pictures, as a hook. */
export function useNumbers(): ReadonlyMap<string, number> {
  const messages = useStore((s) => s.project.messages);
  const tray = useStore((s) => s.project.tray);
  const editing = useStore((s) => s.editing?.id);
  const placed = useStore((s) => placeholderCount(s.draft)); // only the number of placeholders matters
  const placement = useStore((s) => s.settings.placement);
  return useMemo(
    () => pictureNumbers(messagesBefore(messages, editing), tray, PLACEHOLDER.repeat(placed), placement),
    [messages, tray, editing, placed, placement],
  );
}

/**
 * Edge in pixels of the square that the model sees a picture as. Null while no model is loaded, for a model that sees each in
 * its own shape, and for a model of a server, which does not tell.
 */
export const useInputSize = (): number | null => useStore(inputSizeOf);

const inputSizeOf = ({ project, engine }: ReturnType<typeof get>): number | null =>
  project.model === null && engine.state === 'ready' ? engine.model.inputSize : null;

/** The same at this moment. */
export const inputSizeNow = (): number | null => inputSizeOf(get());
