// SPDX-License-Identifier: Apache-2.0
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isCompanion, isPoseFile, isSceneFile, isSidecar, mainFiles, say, ZoetropeError } from '../contract';
import { kindByName } from '../media';
import { usesFiles, walk } from './scene-files';

/** Something that was opened in one step: a single file, or a scene with the files that belong to it. */
export interface Opened {
  path: string;
  folder: string | null;
  companions: string[];
}

/**
 * Groups paths that were opened together. .mtl and .bin files, and pictures named by a scene, become parts of a scene
 * that uses such files. A folder brings its scenes, videos and
 * photographs. Refused paths are returned with the reason.
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

/** Scenes come first, then videos and photographs in the order of their names. @throws file-unreadable if there is none */
async function openFolder(folder: string): Promise<Opened[]> {
  const names = (await walk(folder, (name) => isSceneFile(name) || kindByName(name) !== 'unknown')).map(
    ({ name }) => name,
  );
  const scenes = mainFiles(names.filter(isSceneFile));
  const opened = await Promise.all(
    scenes.map(async (name) => {
      const path = join(folder, name);
      return { path, folder: isPoseFile(name) || (await usesFiles(path)) ? folder : null, companions: [] };
    }),
  );
  const taken = await picturesOf(folder, opened, names);
  const others = names.filter((name) => kindByName(name) === 'video' || (kindByName(name) === 'photo' && !taken(name)));
  const inOrder = new Intl.Collator('en', { numeric: true });
  for (const name of others.sort(inOrder.compare))
    opened.push({ path: join(folder, name), folder: null, companions: [] });
  if (opened.length === 0) {
    throw new ZoetropeError(
      'file-unreadable',
      say`There is no video, photograph or 3D scene in the folder "${basename(folder)}".`,
      say`Open another folder.`,
    );
  }
  return opened;
}

/**
 * Which pictures of a folder belong to its scenes: all of them if they have poses, else those that a scene names and
 * those in a folder with "textures" in its name beside it.
 */
async function picturesOf(
  folder: string,
  scenes: readonly Opened[],
  names: readonly string[],
): Promise<(name: string) => boolean> {
  if (scenes.some(({ path }) => isPoseFile(path.replaceAll('\\', '/')))) return () => true;
  const using = scenes.filter((scene) => scene.folder !== null).map(({ path }) => path);
  if (using.length === 0) return () => false;
  const full = (some: (name: string) => boolean) => names.filter(some).map((name) => join(folder, name));
  const pictures = full((name) => isCompanion(name) && !isSidecar(name));
  const named = await namedIn([...using, ...full(isSidecar)], pictures);
  return (name) => named.has(join(folder, name)) || /textures?$/i.test(dirname(name));
}

/** The scenes of a folder with their files, the best first. @throws file-unreadable if there is none */
export async function openScenes(folder: string): Promise<Opened[]> {
  const names = mainFiles((await walk(folder)).map(({ name }) => name));
  if (names.length > 0) return names.map((name) => ({ path: join(folder, name), folder, companions: [] }));
  throw new ZoetropeError(
    'file-unreadable',
    say`There is no 3D scene in the folder "${basename(folder)}".`,
    say`Open the files in it.`,
  );
}
