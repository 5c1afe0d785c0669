// SPDX-License-Identifier: Apache-2.0
import { app, BrowserWindow, nativeTheme, screen } from 'electron';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { confine, pageUrl } from './security';

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
  void window.loadURL(pageUrl('index.html', ...flags));
  return window;
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
