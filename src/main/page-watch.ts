import { app, dialog, type BrowserWindow, type MessageBoxOptions } from 'electron';
import { say, type Language, type Sentence } from '../contract';
import { log } from './log';

const WORDS = {
  en: {
    hung: 'The window does not answer.',
    hungDetail:
      'Wait, if it is busy with something large. Reload, and it opens without the file that is shown now. Nothing that was saved is lost.',
    wait: 'Wait',
    reload: 'Reload',
    gone: 'The window keeps stopping.',
    goneDetail:
      'It can be opened once more without the file that was shown. Nothing that was saved is lost; “What happened” in the Help menu has the details.',
    again: 'Open once more',
    quit: 'Quit',
  },
  zh: {
    hung: '窗口没有响应。',
    hungDetail: '如果它正在处理较大的内容，可以等待。重新载入后，不会再打开当前显示的文件。已保存的内容不会丢失。',
    wait: '等待',
    reload: '重新载入',
    gone: '窗口一再停止运行。',
    goneDetail: '可以再打开一次，但不打开之前显示的文件。已保存的内容不会丢失；“帮助”菜单中的“发生了什么”有详细信息。',
    again: '再打开一次',
    quit: '退出',
  },
};

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
    const words = WORDS[language()];
    log('window', 'page does not answer');
    onTrouble(say`The window did not answer.`);
    const reload = (): void => {
      asking?.abort();
      asking = undefined;
      page.forcefullyCrashRenderer(); // a hung page hears no reload; `render-process-gone` loads it
    };
    const limit = setTimeout(reload, PATIENCE);
    void ask({ message: words.hung, detail: words.hungDetail, buttons: [words.wait, words.reload] }).then((choice) => {
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
    const words = WORDS[language()];
    void ask({ message: words.gone, detail: words.goneDetail, buttons: [words.again, words.quit] }).then((choice) => {
      if (choice === 1) return app.quit();
      deaths = [];
      load();
    });
  });
  return () => void (opened = Date.now());
}
