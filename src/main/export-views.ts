// SPDX-License-Identifier: Apache-2.0
import { dialog, type BrowserWindow } from 'electron';
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  PassKind,
  say,
  ZoetropeError,
  type Language,
  type NumberedItem,
  type Passes,
  type Progress,
} from '../contract';
import { freeName } from '../engine';
import type { EngineSupervisor } from './engine-supervisor';
import { wordsIn } from './words';

interface Under {
  folder: string;
  /** The file names of the pictures, by the item's id. */
  names: Map<string, { name: string; item: NumberedItem }>;
}

/** Saves views with their cameras, each time in a new folder, so that nothing is overwritten. */
export class ViewExporter {
  readonly #under = new Map<string, Under>();

  constructor(
    private readonly engine: EngineSupervisor,
    private readonly window: () => BrowserWindow | undefined,
    private readonly language: () => Language,
    /** Called with each folder that was written. */
    private readonly onWritten: (path: string) => void,
  ) {}

  /**
   * Asks for a place and writes the views. Null if the user closed the dialog. The ticket identifies the folder in
   * later calls.
   */
  async begin(
    items: NumberedItem[],
    passes: string[],
    onProgress: (p: Progress) => void,
    signal: AbortSignal,
  ): Promise<{ ticket: string; folder: string } | null> {
    const t = wordsIn(this.language());
    const options: Electron.OpenDialogOptions = {
      title: t('exportViews.title'),
      buttonLabel: t('exportViews.button'),
      properties: ['openDirectory', 'createDirectory'],
    };
    const parent = this.window();
    const { filePaths } = parent ? await dialog.showOpenDialog(parent, options) : await dialog.showOpenDialog(options);
    if (filePaths[0] === undefined) return null;
    const folder = await newFolder(filePaths[0], t('exportViews.folder'));
    try {
      const depths = items.map(({ id }) => passes.includes(id));
      const { names } = await this.engine.call('views.export', { items, folder, depths }, onProgress, signal);
      const ticket = randomUUID();
      this.#under.set(ticket, { folder, names: new Map(items.map((item, k) => [item.id, { name: names[k]!, item }])) });
      return { ticket, folder: basename(folder) };
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async add(ticket: string, id: string, passes: Passes, depthUnit: number): Promise<void> {
    const under = this.#under.get(ticket);
    const view = under?.names.get(id);
    if (!under || !view)
      throw new ZoetropeError('bad-request', say`That export has ended.`, say`Export the views again.`);
    await this.engine.call('views.passes', {
      file: join(under.folder, view.name),
      picture: view.item.picture,
      passes,
      kinds: [...PassKind.options],
      depthUnit,
    });
  }

  /** Ends an export. `about` describes the passes; null means that it was cancelled, and deletes what was written. */
  async end(ticket: string, about: object | null): Promise<void> {
    const under = this.#under.get(ticket);
    this.#under.delete(ticket);
    if (!under) return;
    if (about === null) return rm(under.folder, { recursive: true, force: true });
    this.onWritten(under.folder);
    if (Object.keys(about).length > 0)
      await writeFile(join(under.folder, 'passes.json'), `${JSON.stringify(about, null, 2)}\n`);
  }
}

/** Makes a new folder: `views`, or `views (2)` if that exists. */
async function newFolder(within: string, name: string): Promise<string> {
  return freeName(join(within, name), (folder) => mkdir(folder)).catch((error: unknown) => {
    throw new ZoetropeError(
      'file-unreadable',
      say`The folder cannot be written to.`,
      say`Choose another folder.`,
      String(error),
    );
  });
}
