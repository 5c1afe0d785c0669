// SPDX-License-Identifier: Apache-2.0
import { lstat, open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import {
  extensionOf,
  isCompanion,
  isPoseFile,
  isSceneFile,
  isSidecar,
  mainFiles,
  say,
  hasCompanions,
  ZoetropeError,
  type SceneListing,
} from '../contract';

/** The files opened by the user that a scene may use. */
export interface SceneGrant {
  /** The main file of the scene. */
  path: string;
  /** A folder of which it may use every file that a scene can use. */
  folder: string | null;
  /** Single files it may use. */
  companions: readonly string[];
}

/** Something that was opened in one step: a single file, or a scene with the files that belong to it. */
export interface Opened {
  path: string;
  folder: string | null;
  companions: string[];
}

/** A folder with more files than this is not accepted as a scene. */
const MOST_FILES = 20_000;
const DEEPEST = 8;
/** Largest number of scenes taken from one folder. */
const MOST_SCENES = 16;

/**
 * Groups paths that were opened together. .mtl and .bin files, and pictures named by a scene, become parts of a scene
 * that uses such files. A folder becomes one or several scenes. Refused paths are returned with the reason.
 */
export async function sortOpened(
  paths: readonly string[],
): Promise<{ opened: Opened[]; refused: { path: string; error: ZoetropeError }[] }> {
  const opened: Opened[] = [];
  const refused: { path: string; error: ZoetropeError }[] = [];
  const files: string[] = [];
  for (const path of paths) {
    const info = await stat(path).catch(() => undefined);
    if (!info?.isDirectory()) files.push(path);
    else {
      try {
        opened.push(...(await openFolder(path)));
      } catch (error) {
        if (!(error instanceof ZoetropeError)) throw error;
        refused.push({ path, error });
      }
    }
  }
  const mains: string[] = [];
  for (const path of files) if (await usesFiles(path)) mains.push(path);
  const pictures = files.filter((path) => isCompanion(path) && !isSidecar(path));
  const named = mains.length === 0 ? new Set() : await namedIn([...mains, ...files.filter(isSidecar)], pictures);
  const belongs = (path: string): boolean => isSidecar(path) || named.has(path);
  const companions = files.filter(belongs);
  for (const path of files) {
    if (isPoseFile(path)) {
      const message = say`"${basename(path)}" holds the camera poses of photographs.`;
      refused.push({ path, error: new ZoetropeError('scene-incomplete', message, say`Open the folder it lies in.`) });
    } else if (!belongs(path)) opened.push({ path, folder: null, companions: mains.includes(path) ? companions : [] });
    else if (mains.length === 0) {
      const message = say`"${basename(path)}" belongs to a 3D scene and shows nothing by itself.`;
      refused.push({
        path,
        error: new ZoetropeError(
          'scene-incomplete',
          message,
          say`Open it together with the scene it belongs to, or open their folder.`,
        ),
      });
    }
  }
  return { opened, refused };
}

/**
 * Larger files are not searched for names, and neither are files that store names in packed form. All pictures are then
 * assumed to belong to them.
 */
const MOST_SEARCHED = 64 << 20;
const PACKED_USD = 'PXR-USDC';

/** The pictures whose names appear in one of these files, either literally or escaped as in URLs or JSON. */
async function namedIn(paths: readonly string[], pictures: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const path of pictures.length > 0 ? paths : []) {
    const { size } = await stat(path).catch(() => ({ size: 0 }));
    const data = size > MOST_SEARCHED ? undefined : await readFile(path).catch(() => Buffer.alloc(0));
    if (data === undefined || data.toString('latin1', 0, PACKED_USD.length) === PACKED_USD) return new Set(pictures);
    const text = data.toString('utf8').toLowerCase();
    for (const picture of pictures) {
      const name = basename(picture).toLowerCase();
      const escaped = name.replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
      if (
        [name, encodeURI(name).toLowerCase(), encodeURIComponent(name).toLowerCase(), escaped].some((one) =>
          text.includes(one),
        )
      )
        found.add(picture);
    }
  }
  return found;
}

async function openFolder(folder: string): Promise<Opened[]> {
  const mains = mainFiles((await walk(folder)).map(({ name }) => name));
  if (mains.length === 0) {
    throw new ZoetropeError(
      'file-unreadable',
      say`There is no 3D scene in the folder "${basename(folder)}".`,
      say`Open the files in it.`,
    );
  }
  return mains.slice(0, MOST_SCENES).map((name) => ({ path: join(folder, name), folder, companions: [] }));
}

/**
 * Whether a scene's file refers to others. This depends on its format; for a PLY, on whether its header names textures.
 */
async function usesFiles(path: string): Promise<boolean> {
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

/** Every file below a folder that a scene could use, without links and hidden files. @throws scene-too-large */
async function walk(folder: string): Promise<{ name: string; bytes: number }[]> {
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
      if (!entry.isFile() || !isSceneFile(name)) continue;
      const info = await lstat(path).catch(() => undefined);
      if (info) found.push({ name, bytes: info.size });
      if (found.length > MOST_FILES) {
        throw new ZoetropeError(
          'scene-too-large',
          say`The folder "${basename(folder)}" holds more than ${MOST_FILES} files.`,
          say`Open the folder of one scene.`,
        );
      }
    }
  }
  return found;
}
