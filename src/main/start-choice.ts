import { app, ipcMain, type BrowserWindow } from 'electron';
import { serveCalls } from './ipc';

/**
 * Has the user choose, in the window, before anything is opened. @returns whether to start without the last project,
 * scene and model. A window that is closed instead ends the app.
 */
export async function chooseStart(window: BrowserWindow): Promise<boolean> {
  app.once('window-all-closed', () => app.quit());
  const plain = await new Promise<boolean>((resolve) => {
    serveCalls({ 'start.choose': ({ plain }) => resolve(plain) }, () => window.webContents);
  });
  ipcMain.removeHandler('start.choose');
  return plain;
}
