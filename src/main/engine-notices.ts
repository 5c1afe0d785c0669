// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import { DEVICE_NAMES, say, ZoetropeError, type EngineStatus, type Sentence } from '../contract';
import type { Library } from '../library';
import type { EngineNews } from './engine-supervisor';
import { notify } from './router';

/** Tells the window what happens to the engine, and saves the replacement of a model. */
export function engineNotices(
  page: () => Electron.WebContents | undefined,
  library: Library,
  onTrouble: (what: Sentence) => void,
  onStatus: (status: EngineStatus) => void,
): EngineNews {
  const warn = (error: ZoetropeError): void =>
    notify(page(), 'app.notice', { level: 'warning', error: error.toInfo() });
  return {
    status: (status) => {
      notify(page(), 'engine.status', status);
      onStatus(status);
    },
    crash: (reason) => {
      onTrouble(reason);
      warn(
        new ZoetropeError(
          'engine-crashed',
          say`${reason} It is being started again.`,
          say`Your conversation is kept. Ask again in a moment.`,
        ),
      );
    },
    replaced: (folder, by) => {
      if (library.get('modelFolder') === folder) library.set('modelFolder', by); // so that it is used at the next start too
      const name = basename(folder);
      warn(
        new ZoetropeError(
          'engine-crashed',
          say`The model "${name}" stopped the model engine, so another one answers now.`,
          say`Your conversation is kept. To try "${name}" again, choose it in Settings.`,
        ),
      );
    },
    fallBack: (device) =>
      warn(
        new ZoetropeError(
          'device-failed',
          say`${DEVICE_NAMES[device]} failed, so the processor answers from now on.`,
          say`Nothing was lost. It can be tried again in Settings.`,
        ),
      ),
  };
}
