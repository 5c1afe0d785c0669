// SPDX-License-Identifier: Apache-2.0
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { say, ZoetropeError } from '../contract';
import { Refusal } from './refusal';

interface Folder {
  given: string;
  /** Without links. */
  real: string;
}

/** The folders whose files may be asked about. */
export class AllowedFolders {
  private constructor(private readonly folders: readonly Folder[]) {}

  /** @throws ZoetropeError `file-missing` unless each is a folder. */
  static async of(paths: readonly string[]): Promise<AllowedFolders> {
    const folders = paths.map(async (path) => {
      const given = resolve(path);
      const real = await realpath(given).catch(() => undefined);
      if (real === undefined || !(await stat(real)).isDirectory()) {
        throw new ZoetropeError(
          'file-missing',
          say`There is no folder "${basename(given)}" to allow.`,
          say`Name a folder that exists.`,
          given,
        );
      }
      return { given, real };
    });
    return new AllowedFolders(await Promise.all(folders));
  }

  /**
   * The file that a request names, as an absolute path without links. Nothing outside the folders is looked at, so that
   * the answer does not tell whether something is there.
   * @param named an absolute path, or a `file:` URL.
   * @param kind `scene` may also be a folder.
   * @throws Refusal 400 for any other address, 403 outside the folders, 404 if nothing is there.
   */
  async file(named: string, kind: 'file' | 'scene' = 'file'): Promise<string> {
    const path = pathOf(named);
    if (!this.#inside(path, 'given') && !this.#inside(path, 'real')) throw outside();
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined) {
      // What leads out of the folders by a link is refused alike, whether it exists or not.
      if (!this.#inside(await nearest(dirname(path)), 'real')) throw outside();
      throw new Refusal(404, say`"${basename(path)}" is not there.`, say`Check the name.`, { name: 'file_not_found' });
    }
    if (!this.#inside(real, 'real')) throw outside();
    const found = await stat(real);
    if (found.isFile() || (kind === 'scene' && found.isDirectory())) return real;
    throw new Refusal(400, say`"${basename(path)}" is not a file.`, say`Name a single file.`);
  }

  #inside(path: string, way: keyof Folder): boolean {
    return this.folders.some((folder) => {
      const rest = relative(folder[way], path);
      return rest !== '..' && !rest.startsWith(`..${sep}`) && !isAbsolute(rest);
    });
  }
}

const outside = (): Refusal =>
  new Refusal(
    403,
    say`This file is not in a folder that the server may read.`,
    say`Start the server with --allow and the folder that holds it.`,
    { name: 'path_not_allowed' },
  );

/** The innermost folder above a path that exists, without links. */
async function nearest(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  return real ?? (dirname(path) === path ? path : nearest(dirname(path)));
}

/** @throws Refusal unless it is an absolute path, or a `file:` URL of this machine. */
export function pathOf(named: string, system: string = process.platform): string {
  const bad = (): Refusal =>
    new Refusal(
      400,
      say`"${named}" is not a file on this machine.`,
      say`Name it by its absolute path or as a file: address; nothing is fetched from the network.`,
      { name: 'invalid_path' },
    );
  let path = named;
  if (/^[a-z][a-z0-9+.-]+:/i.test(named)) {
    try {
      const url = new URL(named);
      if (url.protocol !== 'file:' || !['', 'localhost'].includes(url.host)) throw bad();
      path = fileURLToPath(`file://${url.pathname}`, { windows: system === 'win32' });
    } catch {
      throw bad();
    }
  }
  if (path.includes('\0')) throw bad();
  if (system === 'win32') {
    // Asking a server of files for its shares tells it who the user is; a second colon names a hidden stream.
    if (!/^[a-z]:[\\/][^:]*$/i.test(path)) throw bad();
  } else if (!path.startsWith('/')) throw bad();
  return resolve(path);
}
