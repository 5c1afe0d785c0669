// SPDX-License-Identifier: Apache-2.0
import { app, dialog, type BrowserWindow, type MessageBoxOptions } from 'electron';
import { say, type Language, type Sentence } from '../contract';
import { log } from './log';
import { wordsIn } from './words';

/** Pages that may end within a minute before the user is asked. */
const DEATHS = 2;
const MINUTE = 60_000;
/** A page that ends or hangs this soon after it was loaded, or after a file was put on the stage, does so by that file. */
const SOON = 60_000;
/** Milliseconds that the question waits for the user before the page is loaded again. */
const PATIENCE = 120_000;

export interface PageTroubles {
  language: () => Language;
  /** Something went wrong, for the record. */
  onTrouble: (what: Sentence) => void;
  /** The page is about to be loaded again, after it ended or hung. @param soon just after something was opened. */
  onReload: (soon: boolean) => void;
}

/**
 * Watches the window's page: one that ends is loaded again, one that hangs is after the user's word or two minutes, and
 * one that keeps ending is only after the user's word. @returns tells that a file was put on the stage.
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
      page.forcefullyCrashRenderer(); // a hung page hears no reload; `render-process-gone` loads it
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
