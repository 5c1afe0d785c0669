// SPDX-License-Identifier: Apache-2.0
import type { Project } from '../../contract';
import { attempt, bridge, unwrap } from './bridge';
import { leaveNotices } from './notices';
import { type AppStore, get, set } from './store';
import { forgetVideos } from './video-facts';

/** A draft is saved after no typing for this long, milliseconds. */
const REST_MS = 250;
let resting: ReturnType<typeof setTimeout> | undefined;

/** Changes the text in the composer, and saves it later. */
export function write(change: Partial<Pick<AppStore, 'draft' | 'editing'>>): void {
  set(change);
  clearTimeout(resting);
  resting = setTimeout(flushDraft, REST_MS);
}

/** Loads the draft of the shown conversation. Text typed in the meantime is kept. */
export async function fetchDraft(): Promise<void> {
  const { conversation } = get().project;
  const reply = await attempt(() => bridge()['draft.read']({ conversation }));
  const { project, draft, editing } = get();
  if (reply.ok && project.conversation === conversation && draft === '' && editing === null)
    set({ draft: reply.value.text, editing: reply.value.editing });
}

/** Saves pending changes at once. */
export function flushDraft(): void {
  if (resting === undefined) return;
  clearTimeout(resting);
  resting = undefined;
  const { project, draft, editing } = get();
  void attempt(() => bridge()['draft.write']({ conversation: project.conversation, draft: { text: draft, editing } }));
}

export const setDraft = (draft: string) => write({ draft });

/** Cancels editing a question; the question stays as it was. */
export function leaveEditing(): void {
  const { editing } = get();
  if (editing) write({ editing: null, draft: editing.draft });
}

/**
 * Takes over the project's state from the main process, with two exceptions for which the window's state is newer:
 * edits that are still being saved, and the text of an answer that is being written.
 */
export function receiveProject(incoming: Project): void {
  const { project, madeSaves, live, sampleJob } = get();
  if (incoming.conversation !== project.conversation) {
    flushDraft();
    live?.cancel();
    set({ draft: '', editing: null, live: null, askError: null, askAnyway: null });
  }
  if (incoming.id !== project.id) {
    sampleJob?.cancel();
    forgetVideos();
    leaveNotices();
    set({
      project: incoming,
      past: [],
      future: [],
      run: null,
      selected: new Set(),
      selectedSources: new Set(),
      hovered: null,
      goTo: null,
      sampleJob: null,
      proposal: null,
      exported: null,
    });
    void fetchDraft();
    return;
  }
  // Sampling a video that was removed is cancelled.
  if (sampleJob && !incoming.sources.some(({ id }) => id === sampleJob.source)) sampleJob.cancel();
  const { tray, setups, segments, videoSetups } = madeSaves > 0 ? project : incoming;
  set({ project: { ...incoming, tray, setups, segments, videoSetups } });
  if (incoming.conversation !== project.conversation) void fetchDraft();
}

/** Whether nothing has been added yet. Pictures may remain after their source was removed. */
export const isEmpty = ({ sources, tray, messages }: Project): boolean =>
  sources.length + tray.length + messages.length === 0;

async function switchTo(call: () => Promise<Project | undefined>): Promise<void> {
  const project = await call();
  if (project) receiveProject(project);
}

export const createProject = (name = '') => switchTo(() => unwrap(() => bridge()['project.create']({ name })));
export const openProject = (id: string) => switchTo(() => unwrap(() => bridge()['project.open']({ project: id })));
export const renameProject = (name: string) => switchTo(() => unwrap(() => bridge()['project.rename']({ name })));
