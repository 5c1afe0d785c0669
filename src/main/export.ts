// SPDX-License-Identifier: Apache-2.0
import { app, dialog, nativeImage, type BrowserWindow, type MessageBoxOptions } from 'electron';
import { constants } from 'node:fs';
import { access, copyFile, mkdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, parse } from 'node:path';
import {
  formatTime,
  pictureName,
  say,
  throwIfCancelled,
  ZoetropeError,
  type ConversationFile,
  type ConversationFormat,
  type CutWay,
  type ExportFormat,
  type Item,
  type Language,
  type NumberedItem,
  type Progress,
  type Project,
  type SourceFile,
  type TimeRange,
} from '../contract';
import { exportName, freeName } from '../engine';
import { clipEnding, writeWhole } from '../media';
import { firstNumbers, itemsOf } from '../sequence';
import { conversationHtml } from './conversation-html';
import { conversationMarkdown } from './conversation-markdown';
import type { EngineSupervisor } from './engine-supervisor';
import { wordsIn } from './words';

/** Writes what the user saves outside the app. Always asks for the place, and replaces nothing without asking. */
export class Exporter {
  constructor(
    private readonly engine: EngineSupervisor,
    private readonly window: () => BrowserWindow | undefined,
    private readonly language: () => Language,
    /** The file of a picture by its name in the store. */
    private readonly pictureFile: (name: string) => string,
    /** Called with each file or folder that was written. */
    private readonly onWritten: (path: string) => void,
  ) {}

  async pictures(
    items: NumberedItem[],
    format: ExportFormat,
    onProgress: (p: Progress) => void,
    signal: AbortSignal,
  ): Promise<{ written: number; folder: string } | null> {
    const t = wordsIn(this.language());
    const options: Electron.OpenDialogOptions = {
      title: t('exportDialog.folder'),
      buttonLabel: t('exportDialog.save'),
      properties: ['openDirectory', 'createDirectory'],
    };
    const parent = this.window();
    const { filePaths } = parent ? await dialog.showOpenDialog(parent, options) : await dialog.showOpenDialog(options);
    const [folder] = filePaths;
    if (folder === undefined) return null;
    const write = (existing: 'ask' | 'keep' | 'replace') =>
      this.engine.call('pictures.export', { items, folder, format, existing }, onProgress, signal);
    const asked = await write('ask');
    this.onWritten(folder);
    if (asked.taken === 0) return { written: asked.written, folder: basename(folder) };
    const existing = await this.#replace(asked.taken);
    return existing && { written: (await write(existing)).written, folder: basename(folder) };
  }

  async sheet(png: Uint8Array, project: string): Promise<{ name: string } | null> {
    const file = await this.#chooseFile(`${project} ${wordsIn(this.language())('exportDialog.sheet')}`, 'png', 'PNG');
    if (file === null) return null;
    await writeWhole(file, (partial) => writeFile(partial, png)).catch(notWritten);
    this.onWritten(file);
    return { name: basename(file) };
  }

  /** Writes a part of a video into a file of its own. */
  async clip(
    source: SourceFile,
    range: TimeRange,
    way: CutWay,
    onProgress: (p: Progress) => void,
    signal: AbortSignal,
  ): Promise<{ name: string; start: number; end: number } | null> {
    const ending = clipEnding(source.path, way).slice(1);
    const times = [range.start, range.end].map((time) => formatTime(time).replaceAll(':', '.'));
    const file = await this.#chooseFile(
      `${parse(source.ref.name).name} ${times.join('-')}`,
      ending,
      ending.toUpperCase(),
    );
    if (file === null) return null;
    const written = await this.engine.call('clip.write', { source, range, way, file }, onProgress, signal);
    this.onWritten(file);
    return { name: basename(file), ...written };
  }

  /**
   * Saves a conversation. Markdown is saved with its pictures, exactly as they were sent, in a new folder beside it.
   */
  async conversation(
    project: Project,
    format: ConversationFormat,
    onProgress: (p: Progress) => void,
    signal: AbortSignal,
  ): Promise<{ name: string } | null> {
    const t = wordsIn(this.language());
    const [suffix, kind] = KINDS[format];
    const file = await this.#chooseFile(`${project.name} ${t('exportDialog.conversation')}`, suffix, kind);
    if (file === null) return null;
    const chat = conversationFile(project);
    if (format === 'json')
      await writeWhole(file, (partial) => writeFile(partial, `${JSON.stringify(chat, null, 2)}\n`)).catch(notWritten);
    else if (format === 'html')
      await this.#html(file, chat, firstNumbers(project.messages, project.tray), onProgress, signal).catch(notWritten);
    else
      await this.#markdown(
        file,
        chat,
        firstNumbers(project.messages, project.tray),
        t('exportDialog.pictures'),
        onProgress,
        signal,
      ).catch(notWritten);
    this.onWritten(file);
    return { name: basename(file) };
  }

  /** Writes one page with the pictures in it, smaller than they are. */
  async #html(
    file: string,
    chat: ConversationFile,
    numbers: ReadonlyMap<string, number>,
    onProgress: (p: Progress) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const items = chat.messages.flatMap((message) => (message.role === 'user' ? itemsOf(message.parts) : []));
    const names = [...new Set(items.map(({ picture }) => pictureName(picture)))];
    const pictures = new Map<string, string>();
    for (const [done, name] of names.entries()) {
      throwIfCancelled(signal);
      await new Promise((resolve) => setImmediate(resolve)); // the window stays responsive
      const image = nativeImage.createFromPath(this.pictureFile(name));
      if (!image.isEmpty())
        pictures.set(name, `data:image/jpeg;base64,${smaller(image).toJPEG(85).toString('base64')}`);
      onProgress({ step: 'export', done: done + 1, total: names.length });
    }
    const pictureOf = ({ picture }: Item): string | null => pictures.get(pictureName(picture)) ?? null;
    await writeWhole(file, (partial) =>
      writeFile(partial, conversationHtml(chat, numbers, pictureOf, this.language())),
    );
  }

  async #markdown(
    file: string,
    chat: ConversationFile,
    numbers: ReadonlyMap<string, number>,
    word: string,
    onProgress: (p: Progress) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const items = new Map<string, NumberedItem>();
    for (const message of chat.messages) {
      if (message.role !== 'user') continue;
      itemsOf(message.parts).forEach((item, k) => {
        const name = pictureName(item.picture);
        if (!items.has(name)) items.set(name, { ...item, number: (numbers.get(message.id) ?? 1) + k });
      });
    }
    const wished = join(dirname(file), `${parse(file).name} ${word}`);
    const folder = items.size > 0 ? await freeName(wished, (name) => mkdir(name)) : wished;
    const copies: string[] = [];
    const copied = new Map<string, string>();
    try {
      for (const [done, [name, item]] of [...items].entries()) {
        throwIfCancelled(signal);
        const copy = join(folder, `${exportName(item, done + 1)}.png`);
        copies.push(copy);
        // A missing picture is marked as missing in the text and does not stop the export.
        const found = await copyFile(this.pictureFile(name), copy, constants.COPYFILE_FICLONE).then(() => true, absent);
        if (found) copied.set(name, copy);
        onProgress({ step: 'export', done: done + 1, total: items.size });
      }
      throwIfCancelled(signal);
      const address = ({ picture }: Item): string | null => {
        const copy = copied.get(pictureName(picture));
        return copy === undefined ? null : [basename(folder), basename(copy)].map(encoded).join('/');
      };
      await writeWhole(file, (partial) =>
        writeFile(partial, conversationMarkdown(chat, numbers, address, this.language())),
      );
    } catch (error) {
      await Promise.all(copies.map((copy) => rm(copy, { force: true })));
      if (items.size > 0) await rmdir(folder).catch(() => undefined); // fails if another file was put there
      throw error;
    }
  }

  /** Asks for a file. Null if the user closed the dialog. The dialog itself asks before a file is replaced. */
  async #chooseFile(name: string, suffix: string, kind: string): Promise<string | null> {
    const defaultPath = `${name.replace(/[<>:"/\\|?*]/g, '_')}.${suffix}`;
    const options: Electron.SaveDialogOptions = { defaultPath, filters: [{ name: kind, extensions: [suffix] }] };
    const parent = this.window();
    const { filePath } = parent ? await dialog.showSaveDialog(parent, options) : await dialog.showSaveDialog(options);
    if (!filePath) return null;
    if (extname(filePath) !== '') return filePath;
    // The dialog has not asked about the name with the added suffix.
    return freeName(`${filePath}.${suffix}`, vacant);
  }

  async #replace(taken: number): Promise<'keep' | 'replace' | null> {
    const t = wordsIn(this.language());
    const options: MessageBoxOptions = {
      type: 'question',
      message: t('exportDialog.taken', { count: taken }),
      detail: t('exportDialog.detail'),
      buttons: [t('exportDialog.keep'), t('exportDialog.replace'), t('exportDialog.cancel')],
      defaultId: 0,
      cancelId: 2,
    };
    const parent = this.window();
    const { response } = parent ? await dialog.showMessageBox(parent, options) : await dialog.showMessageBox(options);
    return response === 0 ? 'keep' : response === 1 ? 'replace' : null;
  }
}

/** The ending of each format, and its name in the dialog. */
const KINDS: Readonly<Record<ConversationFormat, readonly [string, string]>> = {
  json: ['json', 'JSON'],
  html: ['html', 'HTML'],
  markdown: ['md', 'Markdown'],
};

/** The longer side of a picture in an HTML page, in pixels. */
const MOST_SIDE = 960;

function smaller(image: Electron.NativeImage): Electron.NativeImage {
  const { width, height } = image.getSize();
  if (Math.max(width, height) <= MOST_SIDE) return image;
  return image.resize(width >= height ? { width: MOST_SIDE } : { height: MOST_SIDE });
}

/** The exportable data of a conversation, without the user's folders. */
function conversationFile({ name: project, sources, messages }: Project): ConversationFile {
  return {
    ...{
      format: 'zoetrope-conversation',
      version: 1,
      app: app.getVersion(),
      exportedAt: new Date().toISOString(),
      project,
    },
    sources: sources.map(({ id, kind, name, bytes }) => ({ id, kind, name, bytes })),
    messages,
  };
}

const encoded = (name: string): string =>
  encodeURIComponent(name).replace(/[()]/g, (bracket) => `%${bracket.charCodeAt(0).toString(16)}`);

/** Checks that a file name is free. @throws EEXIST */
async function vacant(path: string): Promise<void> {
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (there) throw Object.assign(new Error(path), { code: 'EEXIST' });
}

const absent = (error: NodeJS.ErrnoException): false => {
  if (error.code === 'ENOENT') return false;
  throw error;
};

function notWritten(error: unknown): never {
  if (error instanceof ZoetropeError) throw error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    throw new ZoetropeError(
      'disk-full',
      say`There is no room left on the disk.`,
      say`Free some space, or choose a folder on another disk.`,
      String(error),
    );
  throw new ZoetropeError(
    'file-unreadable',
    say`The file cannot be written there.`,
    say`Choose another folder.`,
    String(error),
  );
}
