// SPDX-License-Identifier: Apache-2.0
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { extensionOf, isSceneFile, say, hasCompanions, ZoetropeError, type SceneListing } from '../contract';

/** The files opened by the user that a scene may use. */
export interface SceneGrant {
  /** The main file of the scene. */
  path: string;
  /** A folder of which it may use every file that a scene can use. */
  folder: string | null;
  /** Single files it may use. */
  companions: readonly string[];
}

/** A folder with more files than this is refused. */
const MOST_FILES = 20_000;
const DEEPEST = 8;

/**
 * Whether a scene's file refers to others. This depends on its format; for a PLY, on whether its header names textures.
 */
export async function usesFiles(path: string): Promise<boolean> {
  if (hasCompanions(path)) return true;
  if (extensionOf(path) !== 'ply') return false;
  const info = await stat(path).catch(() => undefined);
  const file = info?.isFile() ? await open(path).catch(() => undefined) : undefined;
  if (!file) return false;
  try {
    const head = Buffer.alloc(LONGEST_PLY_HEADER);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    const [header = ''] = head.toString('latin1', 0, bytesRead).split(/[\r\n]end_header/, 1);
    return /^ply\s/.test(header) && /[\r\n]comment[ \t]+TextureFile[ \t]/i.test(header);
  } catch {
    return false; // errors are reported when the file is loaded
  } finally {
    await file.close();
  }
}

const LONGEST_PLY_HEADER = 1 << 16;

/** The files that a scene may use, by their names in it. */
export async function listSceneFiles({ path, folder, companions }: SceneGrant): Promise<SceneListing> {
  const files = new Map<string, number>();
  for (const companion of companions) {
    const info = await stat(companion).catch(() => undefined);
    if (info?.isFile()) files.set(basename(companion), info.size);
  }
  if (folder !== null) for (const { name, bytes } of await walk(folder)) files.set(name, bytes);
  const main = folder === null ? basename(path) : portable(relative(folder, path));
  files.set(main, (await stat(path).catch(() => undefined))?.size ?? 0);
  return { main, files: [...files].map(([name, bytes]) => ({ name, bytes })) };
}

/**
 * The path of a scene's file. Undefined for a name that is not among what the user opened. Within a folder it must be a
 * file that a scene can use, and its path must not contain links.
 */
export async function sceneFilePath(
  { path, folder, companions }: SceneGrant,
  name: string,
): Promise<string | undefined> {
  if (folder === null) return [path, ...companions].find((file) => basename(file) === name);
  if (name === portable(relative(folder, path))) return path;
  if (isSceneFile(name)) {
    const root = await realpath(folder).catch(() => undefined);
    const real = await realpath(join(folder, name)).catch(() => undefined);
    // A different spelling of the same path (`..`, a link, other capitals) is not accepted, because it was not listed.
    if (
      root !== undefined &&
      real !== undefined &&
      real === root + (root.endsWith(sep) ? '' : sep) + name.replaceAll('/', sep)
    )
      return real;
  }
  return companions.find((file) => basename(file) === name);
}

/**
 * A grant for a scene that was named by its path (on the command line): it includes the folder of the file if the scene
 * uses other files.
 */
export const grantBeside = async (path: string): Promise<SceneGrant> => ({
  path,
  folder: (await usesFiles(path)) ? dirname(path) : null,
  companions: [],
});

const portable = (name: string): string => name.split(sep).join('/');

/**
 * Every file below a folder with an accepted name (relative to the folder, with forward slashes), without links and
 * hidden files. @throws scene-too-large
 */
export async function walk(
  folder: string,
  accept: (name: string) => boolean = isSceneFile,
): Promise<{ name: string; bytes: number }[]> {
  const found: { name: string; bytes: number }[] = [];
  const waiting = [{ at: folder, depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { at, depth } = next;
    const entries = await readdir(at, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      const path = join(at, entry.name);
      if (entry.isDirectory() && depth < DEEPEST) waiting.push({ at: path, depth: depth + 1 });
      const name = portable(relative(folder, path));
      if (!entry.isFile() || !accept(name)) continue;
      const info = await lstat(path).catch(() => undefined);
      if (info) found.push({ name, bytes: info.size });
      if (found.length > MOST_FILES) {
        throw new ZoetropeError(
          'scene-too-large',
          say`The folder "${basename(folder)}" holds more than ${MOST_FILES} files.`,
          say`Open one of the folders in it.`,
        );
      }
    }
  }
  return found;
}
