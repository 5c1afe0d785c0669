// SPDX-License-Identifier: Apache-2.0
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { notFound, say, ZoetropeError } from '../contract';

/** What distinguishes versions of a file. */
export interface FileStamp {
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970. */
  mtimeMs: number;
}

/**
 * Checks a file before anything opens it, so that simple causes get a clear error.
 * @throws ZoetropeError `file-missing`, `file-empty`, `file-unreadable`.
 */
export async function stampFile(path: string): Promise<FileStamp> {
  const name = basename(path);
  try {
    const info = await stat(path);
    if (!info.isFile()) {
      throw new ZoetropeError(
        'file-unreadable',
        say`"${name}" is not a file.`,
        say`Choose a single video or picture file.`,
      );
    }
    if (info.size === 0) {
      throw new ZoetropeError('file-empty', say`The file "${name}" is empty.`, say`Copy or download it again.`);
    }
    await (await open(path, 'r')).close();
    return { size: info.size, mtimeMs: info.mtimeMs };
  } catch (error) {
    if (error instanceof ZoetropeError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw notFound(
        path,
        new ZoetropeError(
          'file-missing',
          say`"${name}" is no longer there.`,
          say`If it was moved, use "Locate..." to find it.`,
          path,
        ),
      );
    }
    throw new ZoetropeError(
      'file-unreadable',
      say`"${name}" cannot be opened.`,
      say`Check that you may read it and that no other program holds it.`,
      String(error),
    );
  }
}

/** The first bytes of a file, fewer if it is shorter. */
export async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Throws unless the file is still the one that was opened. @throws as `stampFile`, and `file-changed`. */
export async function checkUnchanged(path: string, was: FileStamp): Promise<void> {
  const now = await stampFile(path);
  if (now.size === was.size && now.mtimeMs === was.mtimeMs) return;
  throw new ZoetropeError(
    'file-changed',
    say`"${basename(path)}" was changed since it was opened.`,
    say`Open it again to use the new version.`,
  );
}
