// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'react';
import type { Item, NumberedItem } from '../../contract';
import { messagesBefore, pictureNumbers, PLACEHOLDER, placeholderCount } from '../../sequence';
import { bridge, unwrap } from './bridge';
import { make } from './history';
import { get, set, useStore } from './store';

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

/** The tiles of a photograph that go to the model beside it. */
export const tilesOf = (tray: readonly Item[], { origin: { source }, picture }: Item): Item[] =>
  tray.filter(
    ({ origin }) =>
      origin.kind === 'photo' && origin.tile?.of.sha256 === picture.sha256 && origin.source.id === source.id,
  );

/** Whether tiles of it would show the model more than it sees of the whole at `side` x `side`. */
export const canDivide = ({ origin, picture }: Item, side: number): boolean =>
  origin.kind === 'photo' && !origin.tile && (picture.width > side || picture.height > side);

/** A photograph's tiles follow it in the tray; where they do already, they leave it. */
export async function divide(item: Item): Promise<void> {
  const tiles = tilesOf(get().project.tray, item);
  if (tiles.length > 0) return removeItems(tiles.map(({ id }) => id));
  const made = await unwrap(() => bridge()['picture.tiles']({ item }));
  const tray = get().project.tray;
  const at = tray.findIndex(({ id }) => id === item.id);
  if (made && at >= 0) setTray([...tray.slice(0, at + 1), ...made.items, ...tray.slice(at + 1)]);
}

/** New frames or views of sources take the place of their old ones. */
export const replaceItemsOf = (sources: ReadonlySet<string>, items: readonly Item[]) =>
  setTray(replaceWhere(get().project.tray, (item) => sources.has(item.origin.source.id), items));

/** Views taken anew stand where the old ones stood; what is gone stays gone. */
export function replaceItems(fresh: ReadonlyMap<string, Item>): void {
  const { selected, project } = get();
  setTray(project.tray.map((item) => fresh.get(item.id) ?? item));
  selectItems([...selected].map((id) => fresh.get(id)?.id ?? id));
}

/** A set is kept as it is: that of a list of pictures knows from where a range is taken. */
export const selectItems = (ids: Iterable<string>) =>
  set({ selected: ids instanceof Set ? (ids as Set<string>) : new Set(ids) });
export const hoverItem = (id: string | null) => set({ hovered: id });
export const toggleModelEye = () => set((s) => ({ modelEye: !s.modelEye }));

/** The number of each of the tray's pictures with the question in the composer, by its id. */
function numbersNow(): ReadonlyMap<string, number> {
  const { project, editing, draft, settings } = get();
  return pictureNumbers(messagesBefore(project.messages, editing?.id), project.tray, draft, settings.placement);
}

/** Pictures of the tray with their numbers, in the order of these. */
export function numbered(items: readonly Item[]): NumberedItem[] {
  const numbers = numbersNow();
  return items
    .map((item, k) => ({ ...item, number: numbers.get(item.id) ?? k + 1 }))
    .sort((a, b) => a.number - b.number);
}

/** The number of each of them, for what shows them. */
export function useNumbers(): ReadonlyMap<string, number> {
  const messages = useStore((s) => s.project.messages);
  const tray = useStore((s) => s.project.tray);
  const editing = useStore((s) => s.editing?.id);
  const placed = useStore((s) => placeholderCount(s.draft)); // of what is written, all that matters
  const placement = useStore((s) => s.settings.placement);
  return useMemo(
    () => pictureNumbers(messagesBefore(messages, editing), tray, PLACEHOLDER.repeat(placed), placement),
    [messages, tray, editing, placed, placement],
  );
}
