// SPDX-License-Identifier: Apache-2.0
import { app, dialog, type BrowserWindow, type MessageBoxOptions } from 'electron';
import { say, type Language, type Sentence } from '../contract';
import { log } from './log';
import { wordsIn } from './words';

/** Number of crashes of the page within a minute after which it is reloaded without asking the user. */
const DEATHS = 2;
const MINUTE = 60_000;
/**
 * If a page crashes or hangs within this many milliseconds after it was loaded or after a file was shown, that file is
 * assumed to be the cause.
 */
const SOON = 60_000;
/** Milliseconds to wait for the user's answer before a hung page is reloaded. */
const PATIENCE = 120_000;

export interface PageTroubles {
  language: () => Language;
  /** Called for every failure, for the record. */
  onTrouble: (what: Sentence) => void;
  /**
   * Called before the page is reloaded because it crashed or hung. @param soon whether a file was shown just before.
   */
  onReload: (soon: boolean) => void;
}

/**
 * Watches the window's page. A crashed page is reloaded; a hung one is reloaded if the user agrees or after two
 * minutes; one that crashes repeatedly is reloaded only if the user agrees. @returns a function to call when a file is
 * shown.
 */
export function watchPage(window: BrowserWindow, { language, onTrouble, onReload }: PageTroubles): () => void {
  const { webContents: page } = window;
  let deaths: number[] = [];
  let opened = Date.now();
  let asking: AbortController | undefined;

  const load = (): void => {
    onReload(Date.now() - opened < SOON);
    opened = Date.now();
    page.reload();
  };
  const ask = async (options: MessageBoxOptions): Promise<number | undefined> => {
    const abort = new AbortController();
    asking = abort;
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      noLink: true,
      defaultId: 0,
      cancelId: 0,
      signal: abort.signal,
      ...options,
    });
    const answered = asking === abort && !abort.signal.aborted;
    if (asking === abort) asking = undefined;
    return answered ? response : undefined;
  };

  page.on('unresponsive', () => {
    if (asking) return;
    const t = wordsIn(language());
    log('window', 'page does not answer');
    onTrouble(say`The window did not answer.`);
    const reload = (): void => {
      asking?.abort();
      asking = undefined;
      page.forcefullyCrashRenderer(); // a hung page does not react to a reload; `render-process-gone` reloads it
    };
    const limit = setTimeout(reload, PATIENCE);
    void ask({
      message: t('pageWatch.hung'),
      detail: t('pageWatch.hungDetail'),
      buttons: [t('pageWatch.wait'), t('pageWatch.reload')],
    }).then((choice) => {
      clearTimeout(limit);
      if (choice === 1) reload();
    });
  });
  page.on('responsive', () => asking?.abort());
  page.on('render-process-gone', (_event, { reason }) => {
    log('window', `page gone: ${reason}`);
    if (reason === 'clean-exit') return;
    onTrouble(reason === 'oom' ? say`The window's page ran out of memory.` : say`The window's page stopped.`);
    asking?.abort();
    const now = Date.now();
    deaths = [...deaths.filter((at) => now - at < MINUTE), now];
    if (deaths.length <= DEATHS) return load();
    const t = wordsIn(language());
    void ask({
      message: t('pageWatch.gone'),
      detail: t('pageWatch.goneDetail'),
      buttons: [t('pageWatch.again'), t('pageWatch.quit')],
    }).then((choice) => {
      if (choice === 1) return app.quit();
      deaths = [];
      load();
    });
  });
  return () => void (opened = Date.now());
}
