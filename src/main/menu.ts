// SPDX-License-Identifier: Apache-2.0
import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import { languageOf, type Notice, type Settings } from '../contract';
import { wordsIn } from './words';

type Command = Notice<'menu.command'>['command'];

/**
 * Sets the application menu, in the language of the settings. The page carries out the app's own entries, because it
 * knows the selection.
 */
export function setMenu(
  { language, keys }: Pick<Settings, 'language' | 'keys'>,
  choose: (command: Command) => void,
): void {
  const t = wordsIn(languageOf(language, app.getLocale()));
  const own = (label: string, command: Command, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    ...(accelerator === undefined ? {} : { accelerator }),
    click: () => choose(command),
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const mac: MenuItemConstructorOptions[] = process.platform === 'darwin' ? [{ role: 'appMenu' }] : [];
  const developer: MenuItemConstructorOptions[] = app.isPackaged
    ? []
    : [{ role: 'reload', label: t('menu.reload') }, { role: 'toggleDevTools', label: t('menu.devTools') }, separator];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...mac,
      {
        label: t('menu.file'),
        submenu: [
          own(t('menu.newProject'), 'new-project', accelerator(keys['new'] ?? 'Mod+N')),
          own(t('menu.open'), 'open', accelerator(keys['open'] ?? 'Mod+O')),
          own(t('menu.save'), 'save-conversation', accelerator(keys['saveChat'] ?? 'Mod+S')),
          separator,
          own(t('menu.settings'), 'settings', accelerator(keys['settings'] ?? 'Mod+,')),
          separator,
          process.platform === 'darwin'
            ? { role: 'close', label: t('menu.close') }
            : { role: 'quit', label: t('menu.quit') },
        ],
      },
      {
        label: t('menu.edit'),
        submenu: [
          { role: 'undo', label: t('menu.undo') },
          { role: 'redo', label: t('menu.redo') },
          separator,
          { role: 'cut', label: t('menu.cut') },
          { role: 'copy', label: t('menu.copy') },
          { role: 'paste', label: t('menu.paste') },
          { role: 'selectAll', label: t('menu.selectAll') },
        ],
      },
      {
        label: t('menu.pictures'),
        submenu: [
          own(t('menu.sample'), 'sample'),
          own(t('menu.capture'), 'capture'),
          separator,
          own(t('menu.stop'), 'stop'),
        ],
      },
      {
        label: t('menu.view'),
        submenu: [
          ...developer,
          { role: 'resetZoom', label: t('menu.actualSize') },
          { role: 'zoomIn', label: t('menu.larger') },
          { role: 'zoomOut', label: t('menu.smaller') },
          { role: 'togglefullscreen', label: t('menu.fullScreen') },
        ],
      },
      { role: 'help', label: t('menu.help'), submenu: [own(t('menu.happened'), 'happened')] },
    ]),
  );
}

/**
 * A key in Electron's notation. Undefined for a key without a modifier; the page handles those, unless the user is
 * typing.
 */
function accelerator(key: string): string | undefined {
  return /^Mod\+(Shift\+)?([A-Z0-9,]|F\d+)$/.test(key) ? key.replace('Mod', 'CmdOrCtrl') : undefined;
}
