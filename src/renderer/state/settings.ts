import type { Sampling, Settings } from '../../contract';
import { bridge, take } from './bridge';
import { get, set } from './store';

/** Shown at once, saved behind; main's word is taken when it comes. */
export async function changeSettings(change: Partial<Settings>): Promise<void> {
  const wanted = { ...get().settings, ...change };
  set({ settings: wanted });
  const saved = await take(() => bridge()['settings.set'](wanted));
  if (saved && get().settings === wanted) set({ settings: saved });
}

export const changeSampling = (change: Partial<Sampling>) =>
  changeSettings({ sampling: { ...get().settings.sampling, ...change } });

export const pickModel = () => take(() => bridge()['model.pick'](undefined));
export const returnToBundledModel = () => take(() => bridge()['model.useBundled'](undefined));
export const tryDevices = () => take(() => bridge()['model.tryDevices'](undefined));
export const openLink = (link: 'licences' | 'model-card') => take(() => bridge()['app.openLink']({ link }));
