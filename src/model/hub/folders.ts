// SPDX-License-Identifier: Apache-2.0
import { mkdir, open, readFile, rename, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { say, ZoetropeError, type ModelsPlace } from '../../contract';
import { readModelSettings } from '../folder';
import { begunOf, type Begun } from './begun';
import { HubCache, usualCache, type CachedModel, type Snapshot } from './cache';
import { isLocked } from './lock';
import { modelIn, modelsIn, type ModelHere } from './models';

/** A model that is moved: from which folder, and whether it is copied, since it goes to another disk. */
const Entry = z.object({ repo: z.string(), from: z.string(), copied: z.boolean() });
export type MoveEntry = z.infer<typeof Entry>;

const Move = z.object({
  to: z.string(),
  /** The setting that it ends with. */
  folder: z.string().nullable(),
  /** `copy`: the old folder is in use. `switch`: nothing is left to copy. `clean`: the new folder is in use. */
  stage: z.enum(['copy', 'switch', 'clean']),
  entries: z.array(Entry),
});
export type ModelsMove = z.infer<typeof Move>;

const State = z.object({
  /** The folder that the user has chosen; null: the cache that other programs use too. */
  folder: z.string().nullable(),
  /** A move that has not ended. */
  move: Move.nullable(),
});
export type FoldersState = z.infer<typeof State>;

/** A file by which a chosen folder is known again: the place of a drive may be there without the drive. */
export const MARKER = '.zoetrope-models';

/**
 * The folders in which models of the hub are: the one that the user has chosen, to which new ones are downloaded, and the
 * cache that other programs use too. The choice is a file, so that the app and the command line see the same.
 */
export class ModelFolders {
  constructor(
    readonly file: string,
    readonly shared = usualCache(),
  ) {}

  /** The choice as it is kept in the app's folder. */
  static of(appFolder: string): ModelFolders {
    return new ModelFolders(join(appFolder, 'models.json'));
  }

  async read(): Promise<FoldersState> {
    const text = await readFile(this.file, 'utf8').catch(() => 'null');
    try {
      return State.parse(JSON.parse(text));
    } catch {
      return { folder: null, move: null };
    }
  }

  /** Replaces the choice, at once or not at all. */
  async write(state: FoldersState): Promise<void> {
    await mkdir(dirname(this.file), { recursive: true });
    const part = await open(`${this.file}.part`, 'w');
    try {
      await part.writeFile(JSON.stringify(state));
      await part.sync();
    } finally {
      await part.close();
    }
    await rename(`${this.file}.part`, this.file);
  }

  /** Held by the program that moves models. */
  get lock(): string {
    return `${this.file}.lock`;
  }

  /** The version of a model that is used, wherever it is. */
  async find(repo: string, revision = 'main'): Promise<CachedModel | undefined> {
    for (const cache of await this.caches()) {
      const found = await cache.find(repo, revision);
      if (found) return found;
    }
    return undefined;
  }

  /** All models. One that is in two folders is taken from where it is whole, else from the first. */
  async models(): Promise<ModelHere[]> {
    const models = new Map<string, ModelHere>();
    for (const cache of await this.caches())
      for (const model of await modelsIn(cache)) {
        const before = models.get(model.repo);
        if (!before || (before.commit === null && model.commit !== null)) models.set(model.repo, model);
      }
    return [...models.values()].sort((a, b) => (a.repo < b.repo ? -1 : 1));
  }

  /** All versions of all models, also those whose download has not ended. */
  async versions(): Promise<(Snapshot & { begun: Begun | null })[]> {
    const all = [];
    for (const cache of await this.caches())
      for (const version of await cache.versions()) {
        const begun = (await begunOf(cache, version.repo)).find(({ commit }) => commit === version.commit);
        all.push({ ...version, begun: begun ?? null });
      }
    return all;
  }

  /**
   * The cache that a model is in; for one that is nowhere, the one that it is to be downloaded to.
   * @throws file-missing if that is on a drive that is not plugged in.
   */
  async cacheOf(repo: string): Promise<HubCache> {
    const caches = await this.caches();
    for (const cache of caches) if (await modelIn(cache, repo)) return cache;
    for (const cache of caches) if ((await cache.snapshots(repo)).length > 0) return cache;
    return new HubCache(await this.folderInUse());
  }

  /** The folder that models are downloaded to. @throws file-missing if its drive is not plugged in. */
  async folderInUse(): Promise<string> {
    const { folder } = await this.read();
    if (folder !== null && !(await this.isThere(folder))) throw unplugged(folder);
    return folder ?? this.shared;
  }

  /** As `cacheOf`, to change what is in it. @throws file-missing; bad-request while models are moved. */
  async cacheToChange(repo: string): Promise<HubCache> {
    if (await isLocked(this.lock)) throw isMoving();
    return this.cacheOf(repo);
  }

  /** Where models are kept, and how much room there is. */
  async place(): Promise<ModelsPlace> {
    const state = await this.read();
    const folder = state.folder ?? this.shared;
    const isThere = await this.isThere(folder);
    const { bavail, bsize } = isThere ? await freeOf(folder) : { bavail: 0, bsize: 0 };
    const cache = new HubCache(folder);
    const sizes = await Promise.all((await cache.repos()).map((repo) => cache.bytesOf(repo)));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    const shared = (await this.inShared()).reduce((sum, model) => sum + model.bytes, 0);
    return { folder, isShared: folder === this.shared, isThere, bytes, free: bavail * bsize, shared };
  }

  /** The models in the shared cache that run here, also those whose download has not ended. */
  async inShared(): Promise<ModelHere[]> {
    const models = await modelsIn(new HubCache(this.shared));
    const runs = await Promise.all(models.map(async ({ folder, begun }) => begun !== null || runsHere(folder)));
    return models.filter((_model, index) => runs[index]);
  }

  /** Where a model's folder is now that was moved since; the folder itself if it was not. */
  async relocated(folder: string): Promise<string> {
    const within = /models--[^/\\]+[/\\]snapshots[/\\][0-9a-f]{40}.*$/.exec(folder)?.[0];
    if (within === undefined || (await exists(folder))) return folder;
    for (const cache of await this.caches())
      if (await exists(join(cache.folder, within))) return join(cache.folder, within);
    return folder;
  }

  /** Whether a chosen folder is there, and not only the place of its drive. */
  async isThere(folder: string): Promise<boolean> {
    return folder === this.shared || exists(join(folder, MARKER));
  }

  /** The folders that may hold models, first the one in use. During a move there are more. */
  async caches(): Promise<HubCache[]> {
    const { folder, move } = await this.read();
    const all = [folder, ...(move ? [move.to, ...move.entries.map(({ from }) => from)] : []), this.shared];
    return [...new Set(all.filter((one) => one !== null))].map((one) => new HubCache(one));
  }
}

const runsHere = async (folder: string | null): Promise<boolean> =>
  folder !== null &&
  readModelSettings(folder).then(
    () => true,
    () => false,
  );

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Room on the disk of a folder, which may not have been made yet. */
async function freeOf(folder: string): Promise<{ bavail: number; bsize: number }> {
  return statfs(folder).catch(() => (dirname(folder) === folder ? { bavail: 0, bsize: 0 } : freeOf(dirname(folder))));
}

const unplugged = (folder: string): ZoetropeError =>
  new ZoetropeError(
    'file-missing',
    say`The models folder is not there.`,
    say`Plug in its drive, or choose another models folder.`,
    folder,
  );

export const isMoving = (): ZoetropeError =>
  new ZoetropeError('bad-request', say`The models are being moved.`, say`Wait until that has ended.`);
