import { attempt, bridge } from './bridge';
import { get, set, type AppStore } from './store';

/** How long the writing has to rest before it is saved. */
const REST_MS = 250;
let resting: ReturnType<typeof setTimeout> | undefined;

/** Changes what stands in the composer, and saves it behind. */
export function write(change: Partial<Pick<AppStore, 'draft' | 'editing'>>): void {
  set(change);
  clearTimeout(resting);
  resting = setTimeout(flushDraft, REST_MS);
}

/** Brings what was written in the project that was opened. What is written there meanwhile stays. */
export async function fetchDraft(): Promise<void> {
  const { id } = get().project;
  const reply = await attempt(() => bridge()['draft.read']({ project: id }));
  const { project, draft, editing } = get();
  if (reply.ok && project.id === id && draft === '' && editing === null)
    set({ draft: reply.value.text, editing: reply.value.editing });
}

/** Saves at once what is still to be saved. */
export function flushDraft(): void {
  if (resting === undefined) return;
  clearTimeout(resting);
  resting = undefined;
  const { project, draft, editing } = get();
  void attempt(() => bridge()['draft.write']({ project: project.id, draft: { text: draft, editing } }));
}

export const setDraft = (draft: string) => write({ draft });

/** Leaves the question that was being written anew as it was. */
export function leaveEditing(): void {
  const { editing } = get();
  if (editing) write({ editing: null, draft: editing.draft });
}
