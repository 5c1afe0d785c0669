// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, readdir, realpath, rename, rm, rmdir, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { formatBytes, say, throwIfCancelled, ZoetropeError, type OnProgress, type Sentence } from '../../contract';
import { HubCache } from './cache';
import { copyFolder, flushFolder, isInside, measure } from './copy';
import { inUse } from './failure';
import { isMoving, MARKER, type ModelFolders, type ModelsMove, type MoveEntry } from './folders';
import { isLocked, lock } from './lock';

/** A folder to copy, to a place that does not exist yet. */
export interface CopyJob {
  from: string;
  to: string;
}

export interface MoveOptions {
  /** Moves the models that run here out of the shared cache, too. */
  withShared?: boolean | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
  /** Copies folders; the app has another process do it. Default: `copyFolders`. */
  copy?: ((jobs: CopyJob[], signal: AbortSignal | undefined, onProgress: OnProgress) => Promise<void>) | undefined;
  /** Called before the old folders are left, with the folders of the models that go: closes the one in use. */
  beforeSwitch?: ((folders: string[]) => Promise<void>) | undefined;
}

/** Where models are while they are copied, in the new folder. */
const STAGING = '.zoetrope-moving';
/** Bytes that stay free on the disk. */
const SPARE = 200e6;

/**
 * Keeps models in another folder from now on, and moves those there that are in the chosen one: on the same disk by
 * renaming, to another one by copying, which reads every byte again before anything is deleted. If the program is killed,
 * `settleMove` undoes it or ends it.
 * @param to null: the shared cache. The folder in use, with `withShared`: only what is in the shared cache moves.
 * @returns the models that were moved.
 * @throws bad-request for a folder that will not do, and while models are downloaded or moved; file-unreadable for one
 *   that cannot be written; disk-full; cancelled: all is as before.
 */
export async function moveModels(
  folders: ModelFolders,
  to: string | null,
  options: MoveOptions = {},
): Promise<string[]> {
  const { signal, onProgress, copy = copyFolders, beforeSwitch } = options;
  await folders.write(await folders.read()); // makes its folder
  const unlock = await lock(folders.lock, isMoving, signal);
  try {
    if (!(await settle(folders))) throw unsettled();
    const before = await folders.read();
    const target = await checkTarget(folders, to ?? folders.shared, options);
    const folder = target === (await real(folders.shared)) ? null : target;
    const entries = await entriesFor(folders, target, options);
    const move: ModelsMove = { to: target, folder, stage: 'copy', entries };
    const jobs = entries
      .filter(({ copied }) => copied)
      .map(({ repo, from }) => ({ from: new HubCache(from).repoFolder(repo), to: staged(target, repo) }));
    await checkSpace(target, jobs);
    throwIfCancelled(signal);
    await rm(join(target, STAGING), { recursive: true, force: true });
    await folders.write({ ...before, move });
    try {
      if (jobs.length > 0) await copy(jobs, signal, onProgress ?? (() => undefined));
      throwIfCancelled(signal);
      await beforeSwitch?.(entries.map(({ repo, from }) => new HubCache(from).repoFolder(repo)));
    } catch (error) {
      await undo(folders, move);
      throw error;
    }
    if (folder !== null) await writeFile(join(target, MARKER), 'Models of Zoetrope. See Settings, Model.\n');
    await flushFolder(join(target, STAGING));
    await flushFolder(target);
    await folders.write({ ...before, move: { ...move, stage: 'switch' } });
    await settle(folders);
    if (before.folder !== null && before.folder !== target) await leave(before.folder);
    return entries.map(({ repo }) => repo);
  } finally {
    await unlock();
  }
}

/** Ends or undoes a move that was cut by the death of its program. Nothing while one is under way. */
export async function settleMove(folders: ModelFolders): Promise<void> {
  if (!(await folders.read()).move || (await isLocked(folders.lock))) return;
  const unlock = await lock(folders.lock, isMoving, undefined);
  await settle(folders).finally(unlock);
}

/** Copies folders one after another. @throws as `copyFolder`. */
export async function copyFolders(
  jobs: CopyJob[],
  signal: AbortSignal | undefined,
  onProgress: OnProgress,
): Promise<void> {
  const sizes = await Promise.all(jobs.map(({ from }) => measure(from)));
  const total = 2 * sizes.reduce((sum, { bytes }) => sum + bytes, 0); // written, and read again
  let done = 0;
  const onBytes = (bytes: number): void => onProgress({ step: 'move', done: Math.min(total, (done += bytes)), total });
  for (const { from, to } of jobs) await copyFolder(from, to, { signal, onBytes });
}

/** @returns false if it has to wait, since the new folder is not there. */
async function settle(folders: ModelFolders): Promise<boolean> {
  const { move } = await folders.read();
  if (!move) return true;
  if (move.stage === 'copy') {
    await undo(folders, move);
    return true;
  }
  if (move.folder !== null && !(await folders.isThere(move.to))) return false;
  const places = move.entries.map(({ repo, from, copied }) => ({
    copied,
    old: new HubCache(from).repoFolder(repo),
    staged: staged(move.to, repo),
    target: new HubCache(move.to).repoFolder(repo),
  }));
  // After a power failure, what was renamed may have its old name again, whatever the stage.
  for (const { copied, old, staged, target } of places) {
    const source = copied ? staged : old;
    if ((await isFolder(source)) && !(await isFolder(target))) await rename(source, target);
  }
  await flushFolder(move.to);
  await folders.write({ folder: move.folder, move: { ...move, stage: 'clean' } });
  for (const { copied, old, target } of places)
    if (copied && (await isFolder(target))) await rm(old, { recursive: true, force: true });
  await rm(join(move.to, STAGING), { recursive: true, force: true });
  await folders.write({ folder: move.folder, move: null });
  return true;
}

/** Deletes what was copied. The old folder was in use all the time. */
async function undo(folders: ModelFolders, { to }: ModelsMove): Promise<void> {
  await rm(join(to, STAGING), { recursive: true, force: true }).catch(() => undefined); // a drive that is gone
  await folders.write({ ...(await folders.read()), move: null });
}

/** Leaves a folder without our mark, and without itself where nothing else is in it. */
async function leave(folder: string): Promise<void> {
  await rm(join(folder, MARKER), { force: true });
  await rmdir(folder).catch(() => undefined);
}

/** @returns the folder without links in its path, made if need be. */
async function checkTarget(folders: ModelFolders, to: string, { withShared = false }: MoveOptions): Promise<string> {
  if (/^[\\/]{2}|[\\/]\.?gvfs[\\/]/.test(to))
    throw unfit(
      say`A folder of another computer will not do: it is gone when the network is.`,
      say`Choose a folder on a disk of this computer.`,
    );
  if (!isAbsolute(to)) throw unfit(say`The name of the folder is not complete.`, say`Write it from the root on.`);
  const isShared = to === folders.shared;
  const target = await makeFolder(to).then(
    () => real(to),
    (error: unknown) => {
      throw unwritable(error);
    },
  );
  if (!(await isFolder(target))) throw unwritable('no folder');
  const state = await folders.read();
  const current = await real(state.folder ?? folders.shared);
  const isAddition = withShared && state.folder !== null && (await folders.isThere(state.folder));
  if (target === current && !isAddition)
    throw unfit(say`The models are in this folder already.`, say`Choose another one.`);
  for (const folder of new Set([current, await real(folders.shared)]))
    if (!isShared && target !== folder && isInside(target, folder))
      throw unfit(
        say`This folder is inside of one that holds models, and would be moved with it.`,
        say`Choose a folder beside it.`,
      );
  const probe = await mkdtemp(join(target, '.zoetrope-')).catch((error: unknown) => {
    throw unwritable(error);
  });
  await rmdir(probe);
  return target;
}

/** What goes to a folder, and how. */
async function entriesFor(
  folders: ModelFolders,
  target: string,
  { withShared = false }: MoveOptions,
): Promise<MoveEntry[]> {
  const { folder } = await folders.read();
  const found: { repo: string; from: string }[] = [];
  if (folder !== null && folder !== target && (await folders.isThere(folder)))
    for (const repo of await new HubCache(folder).repos()) found.push({ repo, from: folder });
  if (withShared && target !== (await real(folders.shared)))
    for (const { repo } of await folders.inShared()) found.push({ repo, from: folders.shared });
  const goes = new HubCache(target);
  const entries: MoveEntry[] = [];
  for (const { repo, from } of found) {
    const old = new HubCache(from).repoFolder(repo);
    if ((await isFolder(goes.repoFolder(repo))) || entries.some((one) => one.repo === repo))
      throw unfit(say`"${repo}" is in both folders.`, say`Remove it from one of them first.`);
    for (const name of await readdir(join(old, 'blobs')).catch(() => []))
      if (name.endsWith('.lock') && (await isLocked(join(old, 'blobs', name)))) throw inUse(repo);
    const copied = !(await canRename(from, target)) || (await measure(old)).leadsOut;
    entries.push({ repo, from, copied });
  }
  return entries;
}

/** Whether both folders are on one disk, by trying. */
async function canRename(from: string, to: string): Promise<boolean> {
  const probe = await mkdtemp(join(from, '.zoetrope-')).catch((error: unknown) => {
    throw unwritable(error);
  });
  const there = join(to, `.zoetrope-probe-${process.pid}`);
  try {
    await rename(probe, there);
    await rmdir(there);
    return true;
  } catch {
    await rmdir(probe);
    return false;
  }
}

async function checkSpace(target: string, jobs: readonly CopyJob[]): Promise<void> {
  const sizes = await Promise.all(jobs.map(({ from }) => measure(from)));
  const needed = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const { bavail, bsize } = await statfs(target);
  const free = bavail * bsize;
  if (needed === 0 || needed + SPARE <= free) return;
  throw new ZoetropeError(
    'disk-full',
    say`The models take ${formatBytes(needed)}, and ${formatBytes(free)} are free there.`,
    say`Free some space, or choose a folder on another disk.`,
  );
}

/** As mkdir with `recursive`, which in Node never returns where the system has no room for folders, as in /proc. */
async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path);
}

const staged = (folder: string, repo: string): string => new HubCache(join(folder, STAGING)).repoFolder(repo);

const real = (path: string): Promise<string> => realpath(path).catch(() => path);

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

const unfit = (what: Sentence, advice: Sentence): ZoetropeError => new ZoetropeError('bad-request', what, advice);

const unwritable = (detail: unknown): ZoetropeError =>
  new ZoetropeError(
    'file-unreadable',
    say`Zoetrope may not write into this folder.`,
    say`Choose a folder of your own.`,
    String(detail),
  );

const unsettled = (): ZoetropeError =>
  new ZoetropeError(
    'bad-request',
    say`An earlier move of the models has not ended: its new folder is not there.`,
    say`Plug in the drive, and it ends by itself.`,
  );
