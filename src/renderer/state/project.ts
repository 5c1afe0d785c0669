import type { Project } from '../../contract';
import { bridge, take } from './bridge';
import { undoChange } from './made';
import { get, set, type AppStore } from './store';
import { forgetVideos } from './thumbnails';
import { withdrawOffer } from './toasts';

/**
 * Takes over what main says the project is. Two things the window knows better for a moment: what was made by
 * hand and is still being saved, and the words of an answer that is still being written.
 */
export function receiveProject(incoming: Project): void {
  const { project, madeSaves, live } = get();
  if (incoming.id !== project.id) {
    live?.cancel();
    get().sampleJob?.cancel();
    forgetVideos();
    withdrawOffer();
    set({
      project: incoming,
      past: [],
      future: [],
      run: null,
      selected: new Set(),
      hovered: null,
      draft: '',
      editing: null,
      live: null,
      askError: null,
      askAnyway: null,
      sampleJob: null,
      proposal: null,
    });
    return;
  }
  const { tray, setups, segments, videoSetups } = madeSaves > 0 ? project : incoming;
  set({ project: { ...incoming, tray, setups, segments, videoSetups } });
}

/** Nothing was put into it yet. Pictures may outlive the file they are from. */
export const isEmpty = ({ sources, tray, messages }: Project): boolean => sources.length + tray.length + messages.length === 0;

async function switchTo(call: () => Promise<Project | undefined>): Promise<void> {
  const project = await call();
  if (project) receiveProject(project);
}

export const createProject = (name = '') => switchTo(() => take(() => bridge()['project.create']({ name })));
export const openProject = (id: string) => switchTo(() => take(() => bridge()['project.open']({ project: id })));
export const renameProject = (name: string) => switchTo(() => take(() => bridge()['project.rename']({ name })));
/** Undoes the last removal of a source or of the conversation. */
export function putBack(): Promise<void> {
  withdrawOffer();
  return switchTo(() => take(() => bridge()['project.putBack'](undefined)));
}

/** What was taken away last, as long as it is offered and nothing was changed since. */
export const takenLast = ({ toasts, past }: AppStore): boolean => toasts.some((toast) => toast.level === 'taken' && toast.past === past);

/** Undoes the last thing done, be it a change or a removal. */
export const undoLast = (): void => (takenLast(get()) ? void putBack() : undoChange());

export const listProjects = async () => (await take(() => bridge()['project.list'](undefined))) ?? [];
