// SPDX-License-Identifier: Apache-2.0
import { dialog, type BrowserWindow } from 'electron';
import { cancelled, SCENE_EXTENSIONS, type Language } from '../contract';
import { wordsIn } from './words';

/** File types offered in the open dialog. The actual contents are checked when files are added. */
const MEDIA = [
  ...['mp4', 'mov', 'm4v', 'mkv', 'webm', 'avi', 'ts', 'mts', 'mpg', 'mpeg', 'wmv', 'flv', 'gif'],
  ...['jpg', 'jpeg', 'png', 'webp', 'avif', 'bmp', 'heic', 'tif', 'tiff'],
  ...SCENE_EXTENSIONS,
  ...['mtl', 'bin'],
];

/** Questions to the user in dialogs over the app's window: for files and folders, and about what may leave. */
export class OpenDialogs {
  constructor(
    private readonly window: () => BrowserWindow | undefined,
    private readonly language: () => Language,
  ) {}

  media(): Promise<string[]> {
    const t = wordsIn(this.language());
    return this.files([
      { name: t('openDialog.media'), extensions: MEDIA },
      { name: t('openDialog.all'), extensions: ['*'] },
    ]);
  }

  files(filters?: Electron.FileFilter[]): Promise<string[]> {
    return this.#show({ properties: ['openFile', 'multiSelections'], ...(filters && { filters }) });
  }

  /** Asks for one file. Undefined if the user closed the dialog. */
  async file(filters?: Electron.FileFilter[]): Promise<string | undefined> {
    return (await this.#show({ properties: ['openFile'], ...(filters && { filters }) }))[0];
  }

  async folder(): Promise<string | undefined> {
    return (await this.#show({ properties: ['openDirectory'] }))[0];
  }

  /**
   * Asks whether questions may leave this machine for a host. The main process asks, because a page must not be able to
   * send anything out by itself.
   */
  mayLeave(host: string, encrypted: boolean): Promise<boolean> {
    const t = wordsIn(this.language());
    const what = [t('leave.what', { host }), encrypted ? '' : t('leave.notEncrypted')].filter(Boolean).join('\n\n');
    return this.#allows(host, t('leave.question', { host }), what, encrypted ? 'question' : 'warning');
  }

  /** Asks whether models may be downloaded from a host. */
  mayDownload(host: string): Promise<boolean> {
    const t = wordsIn(this.language());
    return this.#allows(host, t('leave.download', { host }), t('leave.downloadWhat', { host }), 'question');
  }

  /** Asks for a project file, or a conversation that was saved as JSON. Undefined if the user closed the dialog. */
  projectFile(ending: string): Promise<string | undefined> {
    const t = wordsIn(this.language());
    return this.file([{ name: t('projectFile.kind'), extensions: [ending.slice(1), 'json'] }]);
  }

  /** Asks where to write a project. The dialog itself asks before a file is replaced. */
  async newProjectFile(name: string, ending: string): Promise<string | undefined> {
    const t = wordsIn(this.language());
    const options: Electron.SaveDialogOptions = {
      defaultPath: `${name.replace(/[<>:"/\\|?*]/g, '_')}${ending}`,
      filters: [{ name: t('projectFile.kind'), extensions: [ending.slice(1)] }],
    };
    const parent = this.window();
    const { filePath } = parent ? await dialog.showSaveDialog(parent, options) : await dialog.showSaveDialog(options);
    if (!filePath) return undefined;
    return filePath.toLowerCase().endsWith(ending) ? filePath : `${filePath}${ending}`;
  }

  /**
   * Asks for a folder for the media of a project file. Undefined: they are left out. @throws cancelled if the project is
   * not to be opened
   */
  async mediaFolder(files: number, bytes: number): Promise<string | undefined> {
    const t = wordsIn(this.language());
    const size = `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
    const response = await this.#ask({
      type: 'question',
      message: t('projectFile.media', { count: files, size }),
      detail: t('projectFile.mediaWhat'),
      buttons: [t('projectFile.choose'), t('projectFile.without'), t('projectFile.cancel')],
      defaultId: 0,
      cancelId: 2,
      noLink: true,
    });
    if (response === 2) throw cancelled();
    if (response === 1) return undefined;
    const [folder] = await this.#show({ properties: ['openDirectory', 'createDirectory'] });
    if (folder === undefined) throw cancelled();
    return folder;
  }

  /** Asks whether very many files are to be added. @returns how many: all, the first ones, or none */
  async howMany(count: number, few: number): Promise<number> {
    const t = wordsIn(this.language());
    const buttons = [t('manyFiles.all', { count }), t('manyFiles.first', { count: few }), t('manyFiles.none')];
    const response = await this.#ask({
      type: 'question',
      message: t('manyFiles.question', { count }),
      detail: t('manyFiles.what', { count: few }),
      buttons,
      defaultId: 1,
      cancelId: 2,
      noLink: true,
    });
    return [count, few, 0][response] ?? 0;
  }

  async #ask(options: Electron.MessageBoxOptions): Promise<number> {
    const parent = this.window();
    const { response } = parent ? await dialog.showMessageBox(parent, options) : await dialog.showMessageBox(options);
    return response;
  }

  async #allows(host: string, message: string, detail: string, type: 'question' | 'warning'): Promise<boolean> {
    const t = wordsIn(this.language());
    const buttons = [t('leave.allow', { host }), t('leave.refuse')];
    return (await this.#ask({ type, message, detail, buttons, defaultId: 1, cancelId: 1, noLink: true })) === 0;
  }

  async #show(options: Electron.OpenDialogOptions): Promise<string[]> {
    const parent = this.window();
    const result = parent ? await dialog.showOpenDialog(parent, options) : await dialog.showOpenDialog(options);
    return result.canceled ? [] : result.filePaths;
  }
}
