import type { Item } from '../../contract';
import { make } from './made';
import { moveBeside, nudge, replaceWhere, thin, without } from './order';
import { get, set } from './store';

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

/** New frames or views of sources take the place of their old ones. */
export const replaceItemsOf = (sources: ReadonlySet<string>, items: readonly Item[]) =>
  setTray(replaceWhere(get().project.tray, (item) => sources.has(item.origin.source.id), items));

/** Views taken anew stand where the old ones stood; what is gone stays gone. */
export function replaceItems(fresh: ReadonlyMap<string, Item>): void {
  const { selected, project } = get();
  setTray(project.tray.map((item) => fresh.get(item.id) ?? item));
  selectItems([...selected].map((id) => fresh.get(id)?.id ?? id));
}

export const selectItems = (ids: Iterable<string>) => set({ selected: new Set(ids) });
export const hoverItem = (id: string | null) => set({ hovered: id });
export const toggleModelEye = () => set((s) => ({ modelEye: !s.modelEye }));
