import type { Item } from '../../contract';
import { bridge, take } from './bridge';
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

/** The parts of a photograph that go to the model beside it. */
export const tilesOf = (tray: readonly Item[], { origin: { source }, picture }: Item): Item[] =>
  tray.filter(
    ({ origin }) =>
      origin.kind === 'photo' && origin.tile?.of.sha256 === picture.sha256 && origin.source.id === source.id,
  );

/** Whether parts of it would show the model more than it sees of the whole at `side` x `side`. */
export const canDivide = ({ origin, picture }: Item, side: number): boolean =>
  origin.kind === 'photo' && !origin.tile && (picture.width > side || picture.height > side);

/** A photograph's parts follow it in the tray; where they do already, they leave it. */
export async function divide(item: Item): Promise<void> {
  const parts = tilesOf(get().project.tray, item);
  if (parts.length > 0) return removeItems(parts.map(({ id }) => id));
  const made = await take(() => bridge()['picture.tiles']({ item }));
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
