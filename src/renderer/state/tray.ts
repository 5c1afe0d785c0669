import type { Item } from '../../contract';
import { attempt, bridge } from './bridge';
import { record, redo, undo, type History } from './history';
import { moveBeside, nudge, replaceWhere, thin, without } from './order';
import { get, set } from './store';
import { notify } from './toasts';

const history = (): History<Item[]> => {
  const { past, future, project } = get();
  return { past, present: project.tray, future };
};

function apply(next: History<Item[]> | null): void {
  if (!next) return;
  const present = [...next.present];
  const here = new Set(present.map((item) => item.id));
  set((s) => ({
    past: next.past,
    future: next.future,
    project: { ...s.project, tray: present },
    selected: new Set([...s.selected].filter((id) => here.has(id))),
    hovered: s.hovered && here.has(s.hovered) ? s.hovered : null,
    traySaves: s.traySaves + 1,
    saving: s.saving + 1,
  }));
  void attempt(() => bridge()['tray.set']({ items: present })).then((reply) => {
    set((s) => ({ traySaves: s.traySaves - 1, saving: s.saving - 1, saveFailed: !reply.ok }));
    if (!reply.ok) notify(reply.error);
  });
}

const same = (a: readonly Item[], b: readonly Item[]) => a.length === b.length && a.every((x, i) => x.id === b[i]?.id);

/** Every change of the tray goes through here, so every change can be undone. */
export function setTray(items: readonly Item[]): void {
  const now = history();
  if (!same(now.present, items)) apply(record(now, [...items]));
}

export const undoTray = () => apply(undo(history()));
export const redoTray = () => apply(redo(history()));
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

/** New frames or views of a source take the place of its old ones. */
export const replaceItemsOf = (source: string, items: readonly Item[]) =>
  setTray(replaceWhere(get().project.tray, (item) => item.origin.source.id === source, items));

export const selectItems = (ids: Iterable<string>) => set({ selected: new Set(ids) });
export const hoverItem = (id: string | null) => set({ hovered: id });
export const toggleModelEye = () => set((s) => ({ modelEye: !s.modelEye }));
