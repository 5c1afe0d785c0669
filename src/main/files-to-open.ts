// SPDX-License-Identifier: Apache-2.0
import { app } from 'electron';
import { resolve } from 'node:path';

/**
 * Files that the system asks the app to open. They are kept until the window can open them. On macOS they arrive before
 * the app is ready.
 */
export class FilesToOpen {
  #waiting: string[] = [];
  #open: ((paths: string[]) => void) | undefined;

  constructor() {
    app.on('open-file', (event, path) => {
      event.preventDefault();
      this.#take([path]);
    });
    app.on('second-instance', (_event, argv, cwd) => this.#take(filesAmong(argv.slice(1), cwd)));
  }

  /**
   * Sets the function that opens files. It is called at once for files that are waiting and for those named at this
   * start.
   */
  openWith(open: (paths: string[]) => void): void {
    this.#open = open;
    const waiting = [...this.#waiting.splice(0), ...filesAmong(process.argv.slice(1), process.cwd())];
    if (waiting.length > 0) open(waiting);
  }

  #take(paths: string[]): void {
    if (this.#open) this.#open(paths);
    else this.#waiting.push(...paths);
  }
}

/**
 * The arguments that are files, whether they exist or not. Excludes switches, and the app's own folder when started by
 * Electron.
 */
const filesAmong = (argv: readonly string[], cwd: string): string[] =>
  argv
    .filter((arg) => !arg.startsWith('-'))
    .map((arg) => resolve(cwd, arg))
    .filter((path) => path !== app.getAppPath());
