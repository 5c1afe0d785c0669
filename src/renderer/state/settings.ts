// SPDX-License-Identifier: Apache-2.0
import type { BackupInfo, Happened, ModelInfo, Reply, Sampling, Settings } from '../../contract';
import { attempt, bridge, unwrap } from './bridge';
import { notify } from './notices';
import { receiveProject } from './project';
import { get, type OpenDialog, set } from './store';

/** Shows a change at once and saves it in the background; then takes over the settings that main returns. */
export async function changeSettings(change: Partial<Settings>): Promise<void> {
  const wanted = { ...get().settings, ...change };
  set({ settings: wanted });
  const saved = await unwrap(() => bridge()['settings.set'](wanted));
  if (saved && get().settings === wanted) set({ settings: saved });
}

export const changeSampling = (change: Partial<Sampling>) =>
  changeSettings({ sampling: { ...get().settings.sampling, ...change } });

/** Loads a model. If it is refused, Settings shows why; if Settings were closed meanwhile, a notice does. */
export async function choose(how: () => Promise<Reply<ModelInfo | null>>): Promise<void> {
  set({ modelRefused: null });
  await unwrap(how, (error) => {
    set({ modelRefused: error });
    if (get().dialog?.kind !== 'settings') notify(error);
  });
}

export const pickModel = () => choose(() => bridge()['model.pick'](undefined));
export const returnToBundledModel = () => choose(() => bridge()['model.useBundled'](undefined));
export const loadModelAnyway = () => choose(() => bridge()['model.loadAnyway'](undefined));
export const memoryUse = () =>
  unwrap(
    () => bridge()['memory.use'](undefined),
    () => undefined,
  );
export const forgetFeatures = () => unwrap(() => bridge()['memory.forget'](undefined));
export const tryDevices = () => unwrap(() => bridge()['model.tryDevices'](undefined));
export const openLink = (link: 'licences' | 'model-card') => unwrap(() => bridge()['app.openLink']({ link }));

export const openDialog = (dialog: OpenDialog) => set({ dialog });
export const closeDialog = () => set({ dialog: null });

export const listBackups = (): Promise<BackupInfo[] | undefined> =>
  unwrap(() => bridge()['library.backups'](undefined));
export const makeBackup = (): Promise<BackupInfo[] | undefined> => unwrap(() => bridge()['library.backup'](undefined));

/** @returns whether it was restored; if not, the user has been told why. */
export async function restoreBackup(backup: string): Promise<boolean> {
  const project = await unwrap(() => bridge()['library.restore']({ backup }));
  if (!project) return false;
  receiveProject(project);
  set({ past: [], future: [], run: null }); // the edits of the old library can no longer be undone
  return true;
}

/** Chooses how to start after failed starts; the page is then reloaded. */
export const chooseStart = (plain: boolean): void => void unwrap(() => bridge()['start.choose']({ plain }));

export const readHappened = (): Promise<Happened | undefined> => unwrap(() => bridge()['happened.read'](undefined));

/** @returns whether they were copied to the clipboard. */
export async function copyDiagnostics(): Promise<boolean> {
  const reply = await attempt(() => bridge()['happened.copy'](undefined));
  if (!reply.ok) notify(reply.error);
  return reply.ok;
}

export const showLog = (): Promise<void> => unwrap(() => bridge()['happened.show'](undefined));
