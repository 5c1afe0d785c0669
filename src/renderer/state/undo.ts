// SPDX-License-Identifier: Apache-2.0
import type { Settings } from '../../contract';
import { bridge, unwrap } from './bridge';
import { push, step } from './history';
import { offerBack, withdrawOffer } from './notices';
import { receiveProject } from './project';
import { changeSettings } from './settings';
import { get, set, type Edit, type Taken } from './store';

/** The window's only undo stack. The user's edits are undone here; removals are undone by the main process. */

/** Records a removal that main keeps under an id, and shows a notice to undo it. */
export function recordRemoval(what: Taken, kept: string): void {
  push({ kind: 'removal', what, kept });
  offerBack(what, kept);
}

/** Records the removal of something from the settings, and shows a notice to undo it. */
export function recordSetting(what: Taken, before: Partial<Settings>, after: Partial<Settings>): void {
  const kept = crypto.randomUUID();
  push({ kind: 'setting', what, kept, before, after });
  offerBack(what, kept);
}

const isKept = (edit: Edit, kept: string): boolean => edit.kind !== 'made' && edit.kept === kept;

/** Forgets a removal that main no longer knows. */
function forgetRemoval(kept: string): void {
  const others = (edits: readonly Edit[]) => edits.filter((edit) => !isKept(edit, kept));
  set((s) => ({ past: others(s.past), future: others(s.future) }));
  withdrawOffer();
}

async function reverse(edit: Edit, undoing: boolean): Promise<void> {
  const others = (edits: readonly Edit[]) => edits.filter((other) => other !== edit);
  set(({ past, future }) =>
    undoing
      ? { past: others(past), future: [edit, ...future], run: null }
      : { past: [...past, edit], future: others(future), run: null },
  );
  if (edit.kind === 'made') return undoing ? step(edit.after, edit.before) : step(edit.before, edit.after);
  if (undoing) withdrawOffer();
  else offerBack(edit.what, edit.kept);
  if (edit.kind === 'setting') return changeSettings(undoing ? edit.before : edit.after);
  const project = await unwrap(() => bridge()['project.reverse']({ edit: edit.kept }));
  if (!project) return forgetRemoval(edit.kept);
  receiveProject(project);
  if (edit.what.of === 'server') set({ servers: (await unwrap(() => bridge()['server.list'](undefined))) ?? [] });
}

/** Steps run one after another, because main may take a while for one. */
let turn: Promise<void> = Promise.resolve();
function inTurn(next: () => Promise<void> | undefined): Promise<void> {
  turn = turn.then(next, next);
  return turn;
}

/** Undoes the last edit, whatever it changed. */
export const undo = (): Promise<void> =>
  inTurn(() => {
    const edit = get().past.at(-1);
    return edit && reverse(edit, true);
  });

/** Redoes the edit that was undone last. */
export const redo = (): Promise<void> =>
  inTurn(() => {
    const [edit] = get().future;
    return edit && reverse(edit, false);
  });

/** Undoes the removal in a notice, whatever was done since. */
export const undoRemoval = (kept: string): Promise<void> =>
  inTurn(() => {
    const edit = get().past.find((one) => isKept(one, kept));
    return edit && reverse(edit, true);
  });
