// SPDX-License-Identifier: Apache-2.0
import { app } from 'electron';
import { languageOf, say, sentenceIn, toErrorInfo, ZoetropeError, type ErrorInfo } from '../contract';
import { Library } from '../library';
import { log, logError } from './log';

/** The daily backup is delayed by this many milliseconds, so that it does not slow down the start. */
const BACKUP_AFTER_MS = 30_000;
const BACKUP_EVERY_MS = 60 * 60 * 1000;

/**
 * Opens the library for the app, reports what had to be done for it, and makes daily backups.
 * @param tell shows the window, if there is one, problems that are found later.
 * @returns the library, and in `notices` the problems to show when a window opens.
 */
export function keepLibrary(
  file: string,
  tell: (error: ErrorInfo) => void,
): { library: Library; notices: () => ErrorInfo[] } {
  const rescued = sentenceIn(say`Recovered`, languageOf('system', app.getLocale()));
  const { library, recovered } = Library.open(file, { appVersion: app.getVersion(), rescued });
  const said: ErrorInfo[] = [];
  const add = (error: ErrorInfo): void => {
    logError('library', error);
    if (said.some(({ message }) => message === error.message)) return;
    said.push(error);
    tell(error);
  };
  if (recovered) add(recovered);
  let bad = 0;
  library.onBadRows = (count) => {
    bad += count;
    log('library', `${count} rows are not understood`);
    add(
      new ZoetropeError(
        'library-broken',
        say`${bad} entries of the library could not be understood and are left out.`,
        say`They are kept. A newer version of Zoetrope may be able to read them.`,
      ).toInfo(),
    );
  };
  library.settleInterrupted();
  const backup = (): void => {
    try {
      library.backupDaily();
    } catch (error) {
      add(toErrorInfo(error));
    }
  };
  const first = setTimeout(backup, BACKUP_AFTER_MS);
  const others = setInterval(backup, BACKUP_EVERY_MS);
  app.on('will-quit', () => {
    clearTimeout(first);
    clearInterval(others);
  });
  return { library, notices: () => said };
}
