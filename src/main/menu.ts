import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { Notice } from '../contract';

/** The application menu. Its own entries are carried out by the page, which knows what is selected. */
export function setMenu(choose: (command: Notice<'menu.command'>['command']) => void): void {
  const mac: MenuItemConstructorOptions[] = process.platform === 'darwin' ? [{ role: 'appMenu' }] : [];
  const developer: MenuItemConstructorOptions[] = app.isPackaged ? [] : [{ role: 'reload' }, { role: 'toggleDevTools' }, { type: 'separator' }];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...mac,
      {
        label: 'File',
        submenu: [
          { label: 'New project', accelerator: 'CmdOrCtrl+N', click: () => choose('new-project') },
          { label: 'Open files…', accelerator: 'CmdOrCtrl+O', click: () => choose('open') },
          { type: 'separator' },
          { label: 'Settings…', accelerator: 'CmdOrCtrl+,', click: () => choose('settings') },
          { type: 'separator' },
          { role: process.platform === 'darwin' ? 'close' : 'quit' },
        ],
      },
      { role: 'editMenu' },
      { label: 'View', submenu: [...developer, { role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' }] },
      { role: 'windowMenu' },
    ]),
  );
}
