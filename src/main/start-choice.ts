// SPDX-License-Identifier: Apache-2.0
import { app, type BrowserWindow } from 'electron';
import { serve } from './router';

/**
 * Has the user choose, in the window, before anything is opened. @returns whether to start without the last project,
 * scene and model. A window that is closed instead ends the app.
 */
export async function chooseStart(window: BrowserWindow): Promise<boolean> {
  app.once('window-all-closed', () => app.quit());
  return new Promise((resolve) => {
    const stop = serve(['start'], {
      handlers: {
        'start.choose': ({ plain }) => {
          stop();
          resolve(plain);
        },
      },
      page: () => window.webContents,
    });
  });
}
