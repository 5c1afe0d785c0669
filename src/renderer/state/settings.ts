import type { ModelInfo, Reply, Sampling, Settings } from '../../contract';
import { bridge, take } from './bridge';
import { get, set } from './store';
import { notify } from './toasts';

/** Shown at once, saved behind; main's word is taken when it comes. */
export async function changeSettings(change: Partial<Settings>): Promise<void> {
  const wanted = { ...get().settings, ...change };
  set({ settings: wanted });
  const saved = await take(() => bridge()['settings.set'](wanted));
  if (saved && get().settings === wanted) set({ settings: saved });
}

export const changeSampling = (change: Partial<Sampling>) =>
  changeSettings({ sampling: { ...get().settings.sampling, ...change } });

/** Loads a model. Why it was refused is kept for Settings to show, and said aloud where Settings were closed meanwhile. */
async function choose(how: () => Promise<Reply<ModelInfo | null>>): Promise<void> {
  set({ modelRefused: null });
  await take(how, (error) => {
    set({ modelRefused: error });
    if (get().dialog?.kind !== 'settings') notify(error);
  });
}

export const pickModel = () => choose(() => bridge()['model.pick'](undefined));
export const returnToBundledModel = () => choose(() => bridge()['model.useBundled'](undefined));
export const loadModelAnyway = () => choose(() => bridge()['model.loadAnyway'](undefined));
export const memoryUse = () =>
  take(
    () => bridge()['memory.use'](undefined),
    () => undefined,
  );
export const forgetFeatures = () => take(() => bridge()['memory.forget'](undefined));
export const tryDevices = () => take(() => bridge()['model.tryDevices'](undefined));
export const openLink = (link: 'licences' | 'model-card') => take(() => bridge()['app.openLink']({ link }));
