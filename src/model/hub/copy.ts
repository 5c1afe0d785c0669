// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readlink, realpath, stat, symlink } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { say, throwIfCancelled, ZoetropeError } from '../../contract';

/** What is in a folder. Links that lead out of it count as files, because they would lead nowhere from another place. */
interface Tree {
  folders: string[];
  files: { path: string; bytes: number }[];
  links: { path: string; to: string }[];
  /** Whether any link leads out of it, or to an absolute place. */
  leadsOut: boolean;
}

/** Bytes that a folder takes. `leadsOut`: it has links that would break if it were renamed to another place. */
export async function measure(folder: string): Promise<{ bytes: number; leadsOut: boolean }> {
  const { files, leadsOut } = await treeOf(folder);
  return { bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), leadsOut };
}

/**
 * Copies a folder to a place that does not exist, with its links and the times of its files; flushes it and reads every
 * byte again.
 * @param onBytes called with bytes that were written, and again with those that were read back.
 * @throws file-unreadable for bytes that differ; disk-full; cancelled. What was copied stays.
 */
export async function copyFolder(
  from: string,
  to: string,
  { signal, onBytes }: { signal?: AbortSignal | undefined; onBytes: (bytes: number) => void },
): Promise<void> {
  const { folders, files, links } = await treeOf(from);
  await mkdir(to, { recursive: true });
  for (const path of folders) await mkdir(join(to, path), { recursive: true });
  const copy = (source: string, path: string): Promise<void> => copyFile(source, join(to, path), signal, onBytes);
  for (const { path } of files) await copy(join(from, path), path);
  for (const link of links) {
    try {
      await symlink(link.to, join(to, link.path));
    } catch {
      await copy(join(from, link.path), link.path); // a disk without links, such as a stick for cameras
    }
  }
  for (const path of [...folders.reverse(), '']) await flushFolder(join(to, path));
}

async function treeOf(folder: string): Promise<Tree> {
  const root = await realpath(folder);
  const tree: Tree = { folders: [], files: [], links: [], leadsOut: false };
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const whole = join(entry.parentPath, entry.name);
    const path = relative(root, whole);
    if (entry.isDirectory()) tree.folders.push(path);
    else if (entry.isFile()) tree.files.push({ path, bytes: (await stat(whole)).size });
    else if (entry.isSymbolicLink()) {
      const to = await readlink(whole);
      if (!(await stat(whole).catch(() => undefined))) continue; // it leads nowhere
      if (!isAbsolute(to) && isInside(resolve(entry.parentPath, to), root)) tree.links.push({ path, to });
      else {
        tree.leadsOut = true;
        tree.files.push({ path, bytes: (await stat(whole)).size });
      }
    }
  }
  tree.folders.sort(); // parents first
  return tree;
}

/** Whether a path is in a folder, or is the folder. */
export const isInside = (path: string, folder: string): boolean => {
  const way = relative(folder, path);
  return way === '' || !(/^\.\.([/\\]|$)/.test(way) || isAbsolute(way));
};

const PIECE = 1 << 20;

async function copyFile(
  from: string,
  to: string,
  signal: AbortSignal | undefined,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const source = await open(from, 'r');
  try {
    const target = await open(to, 'wx+');
    try {
      const { atime, mtime } = await source.stat();
      const written = createHash('sha256');
      await eachPiece(source, signal, async (piece) => {
        written.update(piece);
        await target.writeFile(piece);
        onBytes(piece.length);
      });
      await target.sync();
      const read = createHash('sha256');
      await eachPiece(target, signal, (piece) => {
        read.update(piece);
        onBytes(piece.length);
      });
      if (written.digest('hex') !== read.digest('hex')) throw differs();
      await target.utimes(atime, mtime);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function eachPiece(
  file: Awaited<ReturnType<typeof open>>,
  signal: AbortSignal | undefined,
  take: (piece: Buffer) => void | Promise<void>,
): Promise<void> {
  const buffer = Buffer.alloc(PIECE);
  for (let at = 0; ;) {
    throwIfCancelled(signal);
    const { bytesRead } = await file.read(buffer, 0, PIECE, at);
    if (bytesRead === 0) return;
    await take(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
}

/** Brings the names in a folder to the disk. Windows does so by itself, and refuses to be asked. */
export async function flushFolder(folder: string): Promise<void> {
  const opened = await open(folder, 'r').catch(() => undefined);
  await opened?.sync().catch(() => undefined);
  await opened?.close();
}

const differs = (): ZoetropeError =>
  new ZoetropeError(
    'file-unreadable',
    say`A file was not read back as it was written, so nothing was moved.`,
    say`The disk may be failing: choose a folder on another one.`,
  );
