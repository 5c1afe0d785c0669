import { NO_SETUP, NO_VIDEO_SETUP, type Project, type SceneSetup } from '../../contract';
import { attempt, bridge } from './bridge';
import { notify } from './notices';
import { get, type Made, set } from './store';

/** Undo as two stacks of whole values: the tray is small, and a whole value cannot be undone wrongly. */
export interface History<T> {
  past: readonly T[];
  present: T;
  future: readonly T[];
}

const DEPTH = 100;

export function record<T>(h: History<T>, next: T): History<T> {
  return { past: [...h.past, h.present].slice(-DEPTH), present: next, future: [] };
}

export function undo<T>(h: History<T>): History<T> | null {
  const last = h.past.at(-1);
  if (last === undefined) return null;
  return { past: h.past.slice(0, -1), present: last, future: [h.present, ...h.future] };
}

export function redo<T>(h: History<T>): History<T> | null {
  const [first, ...rest] = h.future;
  if (first === undefined) return null;
  return { past: [...h.past, h.present], present: first, future: rest };
}

const madeOf = ({ tray, setups, segments, videoSetups }: Project): Made => ({ tray, setups, segments, videoSetups });

const history = (): History<Made> => {
  const { past, future, project } = get();
  return { past, present: madeOf(project), future };
};

/** Shown at once, saved behind. */
function apply(next: History<Made> | null, run: string | null = null): void {
  if (!next) return;
  const { project } = get();
  const { tray, setups, segments, videoSetups } = next.present;
  const here = new Set(tray.map((item) => item.id));
  set((s) => ({
    past: next.past,
    future: next.future,
    run,
    project: { ...s.project, tray, setups, segments, videoSetups },
    selected: [...s.selected].every((id) => here.has(id))
      ? s.selected
      : new Set([...s.selected].filter((id) => here.has(id))),
    hovered: s.hovered && here.has(s.hovered) ? s.hovered : null,
  }));
  if (tray !== project.tray) save(() => bridge()['tray.set']({ items: tray }));
  // Of the sources that are still there: one may have left the project since.
  for (const { id: source } of project.sources) {
    const setup = setups[source];
    if (setup !== project.setups[source]) save(() => bridge()['scene.setup']({ source, setup: setup ?? NO_SETUP }));
    const parts = segments[source];
    if (parts !== project.segments[source]) save(() => bridge()['video.segments']({ source, segments: parts ?? [] }));
    const chosen = videoSetups[source];
    if (chosen !== project.videoSetups[source])
      save(() => bridge()['video.setup']({ source, setup: chosen ?? NO_VIDEO_SETUP }));
  }
}

/** Until it lands, the window knows better than main. */
function save(call: () => ReturnType<ReturnType<typeof bridge>['tray.set']>): void {
  set((s) => ({ madeSaves: s.madeSaves + 1, saving: s.saving + 1 }));
  void attempt(call).then((reply) => {
    set((s) => ({ madeSaves: s.madeSaves - 1, saving: s.saving - 1, saveFailed: !reply.ok }));
    if (!reply.ok) notify(reply.error);
  });
}

/**
 * Every change goes through here, so every change can be undone.
 * @param run what the change is a step of, as one key after another moves the same thing: all of it is undone at once.
 */
export function make(change: Partial<Made>, run: string | null = null): void {
  const now = history();
  const next = { ...now.present, ...change };
  apply(run !== null && run === get().run ? { ...now, present: next } : record(now, next), run);
}

export const undoChange = () => apply(undo(history()));
export const redoChange = () => apply(redo(history()));

/** What main has changed for the user can be undone too: `was` is what stood there before. */
export function recordMade(was: Partial<Made>): void {
  const now = history();
  const { past, future } = record({ ...now, present: { ...now.present, ...was } }, now.present);
  set({ past, future, run: null });
}

/** Keeps what the user made of a scene. */
export const setSetup = (source: string, setup: SceneSetup): void =>
  make({ setups: { ...get().project.setups, [source]: setup } });
