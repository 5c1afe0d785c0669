// SPDX-License-Identifier: Apache-2.0
import { app, BrowserWindow, Menu, nativeTheme, screen } from 'electron';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { languageOf } from '../contract';
import { confine, pageUrl } from './security';
import { wordsIn } from './words';

const webPreferences = {
  preload: join(import.meta.dirname, '../preload/index.cjs'),
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  webSecurity: true,
  spellcheck: false,
} satisfies Electron.WebPreferences;

const Bounds = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
  maximized: z.boolean(),
});

/** The app's window, at its last position and size. @param flags as for `pageUrl`. */
export function createMainWindow(...flags: string[]): BrowserWindow {
  const file = join(app.getPath('userData'), 'window.json');
  const kept = readBounds(file);
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    ...(kept && isVisible(kept) ? { x: kept.x, y: kept.y, width: kept.width, height: kept.height } : {}),
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'Zoetrope',
    icon: app.isPackaged ? join(process.resourcesPath, 'icon.png') : join(app.getAppPath(), 'resources', 'icon.png'),
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#161513' : '#f5f3ef', // the page's background colour, to avoid a flash
    webPreferences,
  });
  if (kept?.maximized) window.maximize();
  confine(window.webContents);
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    writeFileSync(file, JSON.stringify({ ...window.getNormalBounds(), maximized: window.isMaximized() }));
  });
  // Where the page has no menu of its own: text fields and selected text.
  window.webContents.on('context-menu', (_event, { isEditable, selectionText, editFlags }) => {
    if (!isEditable && selectionText === '') return;
    Menu.buildFromTemplate(textMenu(isEditable, editFlags)).popup({ window });
  });
  void window.loadURL(pageUrl('index.html', ...flags));
  return window;
}

/** The entries of the menu for text, in the language of the system. */
function textMenu(isEditable: boolean, can: Electron.EditFlags): Electron.MenuItemConstructorOptions[] {
  const t = wordsIn(languageOf('system', app.getLocale()));
  const copy: Electron.MenuItemConstructorOptions = { role: 'copy', label: t('menu.copy'), enabled: can.canCopy };
  if (!isEditable) return [copy];
  return [
    { role: 'undo', label: t('menu.undo'), enabled: can.canUndo },
    { role: 'redo', label: t('menu.redo'), enabled: can.canRedo },
    { type: 'separator' },
    { role: 'cut', label: t('menu.cut'), enabled: can.canCut },
    copy,
    { role: 'paste', label: t('menu.paste'), enabled: can.canPaste },
    { type: 'separator' },
    { role: 'selectAll', label: t('menu.selectAll'), enabled: can.canSelectAll },
  ];
}

/** A hidden window that renders views for the command line. */
export function createCaptureWindow(): BrowserWindow {
  const window = new BrowserWindow({
    width: 800,
    height: 800,
    show: false,
    webPreferences: { ...webPreferences, backgroundThrottling: false },
  });
  confine(window.webContents);
  void window.loadURL(pageUrl('capture.html'));
  return window;
}

/** Bytes of memory that a page uses, including its workers. 0 if it no longer exists. */
export function pageMemory(page: Electron.WebContents | undefined): number {
  const id = page?.getOSProcessId();
  return 1024 * (app.getAppMetrics().find(({ pid }) => pid === id)?.memory.workingSetSize ?? 0);
}

function readBounds(file: string): z.infer<typeof Bounds> | undefined {
  try {
    return Bounds.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined; // first start, or an unreadable file: the defaults are used
  }
}

/** Whether the window would be visible. Its screen may no longer be connected. */
function isVisible(bounds: Electron.Rectangle): boolean {
  return screen.getAllDisplays().some(({ workArea }) => {
    const right = Math.min(bounds.x + bounds.width, workArea.x + workArea.width);
    const bottom = Math.min(bounds.y + bounds.height, workArea.y + workArea.height);
    return right - Math.max(bounds.x, workArea.x) > 100 && bottom - Math.max(bounds.y, workArea.y) > 100;
  });
}
