// SPDX-License-Identifier: Apache-2.0
import { attempt, bridge } from './bridge';
import { notify } from './notices';
import { followPresets } from './presets';
import { flushDraft, receiveProject } from './project';
import { readServing } from './serving';
import { receiveAdded } from './sources';
import { set } from './store';

/** Subscribes to changes first and then requests the whole state, so that no change is missed. */
export async function boot(): Promise<void> {
  const { zoetrope } = window;
  window.addEventListener('pagehide', flushDraft);
  zoetrope.on('engine.status', (engine) => set({ engine }));
  zoetrope.on('project.changed', receiveAdded);
  zoetrope.on('serving.changed', (serving) => set({ serving }));
  zoetrope.on('app.notice', ({ level, error }) => notify(error, level, true));
  const reply = await attempt(() => bridge()['app.state'](undefined));
  if (!reply.ok) {
    set({ phase: 'failed', startError: reply.error });
    return;
  }
  const { project, ...rest } = reply.value;
  receiveProject(project);
  set({ ...rest, phase: 'ready' });
  followPresets();
  void readServing();
}
