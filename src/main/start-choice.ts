// SPDX-License-Identifier: Apache-2.0
import { app, type BrowserWindow } from 'electron';
import { serve } from './router';

/**
 * Asks the user in the window how to start, before anything is opened. Closing the window ends the app.
 * @returns whether to start without the last project, scene and model.
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
