import { app, dialog, type BrowserWindow, type MessageBoxOptions } from 'electron';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { ZoetropeError, type ExportFormat, type Item, type Progress, type Settings } from '../contract';
import type { EngineSupervisor } from './engine-supervisor';

const WORDS = {
  en: {
    folder: 'Folder for the pictures', save: 'Save here', sheet: 'contact sheet',
    taken: (n: number) => (n === 1 ? 'One file of these names is there already.' : `${n} files of these names are there already.`),
    detail: 'Replace them, or give the new pictures names of their own?',
    keep: 'Keep both', replace: 'Replace', cancel: 'Cancel',
  },
  zh: {
    folder: '图片保存到的文件夹', save: '保存到这里', sheet: '缩略图表',
    taken: (n: number) => `已有 ${n} 个同名文件。`,
    detail: '替换它们，还是让新图片另取名称？',
    keep: '两者都保留', replace: '替换', cancel: '取消',
  },
};

/** Writes what the user chose to keep outside the app. Where to is always asked; nothing is replaced without asking. */
export class Exporter {
  constructor(
    private readonly engine: EngineSupervisor,
    private readonly window: () => BrowserWindow | undefined,
    private readonly language: () => Settings['language'],
  ) {}

  async pictures(items: Item[], format: ExportFormat, onProgress: (p: Progress) => void, signal: AbortSignal): Promise<{ written: number; folder: string } | null> {
    const words = this.#words();
    const options: Electron.OpenDialogOptions = { title: words.folder, buttonLabel: words.save, properties: ['openDirectory', 'createDirectory'] };
    const parent = this.window();
    const { filePaths } = parent ? await dialog.showOpenDialog(parent, options) : await dialog.showOpenDialog(options);
    const [folder] = filePaths;
    if (folder === undefined) return null;
    const write = (existing: 'ask' | 'keep' | 'replace') => this.engine.call('pictures.export', { items, folder, format, existing }, onProgress, signal);
    const asked = await write('ask');
    if (asked.taken === 0) return { written: asked.written, folder: basename(folder) };
    const existing = await this.#replace(asked.taken);
    return existing && { written: (await write(existing)).written, folder: basename(folder) };
  }

  async sheet(png: Uint8Array, project: string): Promise<{ name: string } | null> {
    const words = this.#words();
    const defaultPath = `${project.replace(/[<>:"/\\|?*]/g, '_') || 'Zoetrope'} ${words.sheet}.png`;
    const options: Electron.SaveDialogOptions = { defaultPath, filters: [{ name: 'PNG', extensions: ['png'] }] };
    const parent = this.window();
    // The dialog itself asks before a file is replaced.
    const { filePath } = parent ? await dialog.showSaveDialog(parent, options) : await dialog.showSaveDialog(options);
    if (!filePath) return null;
    const file = extname(filePath) === '' ? `${filePath}.png` : filePath;
    const partial = `${file}.part`;
    try {
      await writeFile(partial, png);
      await rename(partial, file);
    } catch (error) {
      await rm(partial, { force: true });
      throw new ZoetropeError('file-unreadable', 'The contact sheet cannot be written there.', 'Choose another folder, or free some space.', String(error));
    }
    return { name: basename(file) };
  }

  async #replace(taken: number): Promise<'keep' | 'replace' | null> {
    const words = this.#words();
    const options: MessageBoxOptions = {
      type: 'question', message: words.taken(taken), detail: words.detail,
      buttons: [words.keep, words.replace, words.cancel], defaultId: 0, cancelId: 2,
    };
    const parent = this.window();
    const { response } = parent ? await dialog.showMessageBox(parent, options) : await dialog.showMessageBox(options);
    return response === 0 ? 'keep' : response === 1 ? 'replace' : null;
  }

  #words(): (typeof WORDS)['en'] {
    const language = this.language();
    return WORDS[language === 'zh' || (language === 'system' && app.getLocale().startsWith('zh')) ? 'zh' : 'en'];
  }
}
