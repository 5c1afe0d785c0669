// SPDX-License-Identifier: Apache-2.0
import { NO_SETUP, NO_VIDEO_SETUP, type Project, type SceneSetup } from '../../contract';
import { attempt, bridge } from './bridge';
import { notify } from './notices';
import { get, set, type Edit, type Made } from './store';

/** Maximum number of undo steps; the oldest are dropped. */
const DEPTH = 100;

const madeOf = ({ tray, setups, segments, videoSetups }: Project): Made => ({ tray, setups, segments, videoSetups });

/** Adds an edit to the undo stack and clears the redo stack. */
export const push = (edit: Edit, run: string | null = null): void =>
  set(({ past }) => ({ past: [...past, edit].slice(-DEPTH), future: [], run }));

/** Shows a new state at once and saves it in the background. */
function apply(made: Made): void {
  const { project } = get();
  const { tray, setups, segments, videoSetups } = made;
  const here = new Set(tray.map((item) => item.id));
  set((s) => ({
    project: { ...s.project, tray, setups, segments, videoSetups },
    selected: [...s.selected].every((id) => here.has(id))
      ? s.selected
      : new Set([...s.selected].filter((id) => here.has(id))),
    hovered: s.hovered && here.has(s.hovered) ? s.hovered : null,
  }));
  if (tray !== project.tray) save(() => bridge()['tray.set']({ items: tray }));
  // Only for sources still in the project: one may have been removed since.
  for (const { id: source } of project.sources) {
    const setup = setups[source];
    if (setup !== project.setups[source]) save(() => bridge()['scene.setup']({ source, setup: setup ?? NO_SETUP }));
    const ranges = segments[source];
    if (ranges !== project.segments[source]) save(() => bridge()['video.segments']({ source, segments: ranges ?? [] }));
    const chosen = videoSetups[source];
    if (chosen !== project.videoSetups[source])
      save(() => bridge()['video.setup']({ source, setup: chosen ?? NO_VIDEO_SETUP }));
  }
}

/** Counts the save. Until it is finished, the window's state is newer than that of the main process. */
function save(call: () => ReturnType<ReturnType<typeof bridge>['tray.set']>): void {
  set((s) => ({ madeSaves: s.madeSaves + 1, saving: s.saving + 1 }));
  void attempt(call).then((reply) => {
    set((s) => ({ madeSaves: s.madeSaves - 1, saving: s.saving - 1, saveFailed: !reply.ok }));
    if (!reply.ok) notify(reply.error);
  });
}

/**
 * Makes an edit. Every change of `Made` goes through here, so every change can be undone.
 * @param run identifies a series of changes, such as repeated key presses: consecutive changes with the same one are
 * undone at once.
 */
export function make(change: Partial<Made>, run: string | null = null): void {
  const before = madeOf(get().project);
  const after = { ...before, ...change };
  apply(after);
  const { past, run: last } = get();
  const top = past.at(-1);
  if (run !== null && run === last && top?.kind === 'made') set({ past: [...past.slice(0, -1), { ...top, after }] });
  else push({ kind: 'made', before, after }, run);
}

/** Makes a change undoable that the main process has made for the user. `was`: the values before it. */
export function recordMade(was: Partial<Made>): void {
  const after = madeOf(get().project);
  push({ kind: 'made', before: { ...after, ...was }, after });
}

/** Copies `now` and sets only those sources to their values in `to` that differ between `from` and `to`. */
function changed<T>(now: Record<string, T>, from: Record<string, T>, to: Record<string, T>): Record<string, T> {
  const sources = new Set([...Object.keys(from), ...Object.keys(to)]);
  const differ = new Set([...sources].filter((source) => from[source] !== to[source]));
  const values = ([source]: [string, T]): boolean => differ.has(source);
  return Object.fromEntries([
    ...Object.entries(now).filter((entry) => !values(entry)),
    ...Object.entries(to).filter(values),
  ]);
}

/**
 * Undoes or redoes an edit. Sets only what the edit changed: a source that was restored meanwhile keeps its own data.
 */
export function step(from: Made, to: Made): void {
  const now = madeOf(get().project);
  apply({
    tray: from.tray === to.tray ? now.tray : to.tray,
    setups: changed(now.setups, from.setups, to.setups),
    segments: changed(now.segments, from.segments, to.segments),
    videoSetups: changed(now.videoSetups, from.videoSetups, to.videoSetups),
  });
}

/** Saves the user's setup of a scene. */
export const setSetup = (source: string, setup: SceneSetup): void =>
  make({ setups: { ...get().project.setups, [source]: setup } });
