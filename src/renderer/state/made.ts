import { NO_SETUP, type SceneSetup } from '../../contract';
import { attempt, bridge } from './bridge';
import { record, redo, undo, type History } from './history';
import { get, set, type Made } from './store';
import { notify } from './toasts';

const history = (): History<Made> => {
  const { past, future, project } = get();
  return { past, present: { tray: project.tray, setups: project.setups, segments: project.segments }, future };
};

/** Shown at once, saved behind. */
function apply(next: History<Made> | null): void {
  if (!next) return;
  const { project } = get();
  const { tray, setups, segments } = next.present;
  const here = new Set(tray.map((item) => item.id));
  set((s) => ({
    past: next.past,
    future: next.future,
    project: { ...s.project, tray, setups, segments },
    selected: new Set([...s.selected].filter((id) => here.has(id))),
    hovered: s.hovered && here.has(s.hovered) ? s.hovered : null,
  }));
  if (tray !== project.tray) save(() => bridge()['tray.set']({ items: tray }));
  // Of the sources that are still there: one may have left the project since.
  for (const { id: source } of project.sources) {
    const setup = setups[source];
    if (setup !== project.setups[source]) save(() => bridge()['scene.setup']({ source, setup: setup ?? NO_SETUP }));
    const parts = segments[source];
    if (parts !== project.segments[source]) save(() => bridge()['video.segments']({ source, segments: parts ?? [] }));
  }
}

/** Until it lands, the window knows better than main. */
export function save(call: () => ReturnType<ReturnType<typeof bridge>['tray.set']>): void {
  set((s) => ({ madeSaves: s.madeSaves + 1, saving: s.saving + 1 }));
  void attempt(call).then((reply) => {
    set((s) => ({ madeSaves: s.madeSaves - 1, saving: s.saving - 1, saveFailed: !reply.ok }));
    if (!reply.ok) notify(reply.error);
  });
}

/** Every change goes through here, so every change can be undone. */
export const make = (change: Partial<Made>): void => {
  const now = history();
  apply(record(now, { ...now.present, ...change }));
};

export const undoChange = () => apply(undo(history()));
export const redoChange = () => apply(redo(history()));

/** Keeps what the user made of a scene. */
export const setSetup = (source: string, setup: SceneSetup): void =>
  make({ setups: { ...get().project.setups, [source]: setup } });
