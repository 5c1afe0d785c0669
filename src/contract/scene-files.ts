// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/** What can be told about a scene's files from their names alone, whether they are on disk, in a folder or in a zip. */

/** A file name within a scene: relative, with forward slashes. */
export const SceneFileName = z.string().min(1).max(1024);

export const SceneListing = z.object({
  /** The file the scene is read from. */
  main: SceneFileName,
  /** All files that the scene may use, including the main one. */
  files: z.array(z.object({ name: SceneFileName, bytes: z.number() })),
});
export type SceneListing = z.infer<typeof SceneListing>;

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Extensions of files that a scene can be read from. Formats that hold more of a scene come first. */
const BY_RANK = 'glb gltf usdz usda usdc usd fbx obj ply splat ksplat spz sog stl las laz pcd xyz'.split(' ');
/** A zip contains files of the other kinds. */
export const SCENE_EXTENSIONS: ReadonlySet<string> = new Set([...BY_RANK, 'zip']);
/** Formats that usually refer to files beside them. */
const TAKES_COMPANIONS = words('gltf obj fbx usda usdc usd');
/** Files that are only ever a part of a scene. */
const PARTS = words('bin mtl');
const TEXTURES = words('png jpg jpeg webp bmp gif tga tif tiff avif ktx2 exr hdr');

export const extensionOf = (name: string): string => /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
export const baseName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
export const hasCompanions = (name: string): boolean => TAKES_COMPANIONS.has(extensionOf(name));
/** Whether a file belongs to a scene and is never opened by itself. */
export const isSidecar = (name: string): boolean => PARTS.has(extensionOf(name));
export const isCompanion = (name: string): boolean => isSidecar(name) || TEXTURES.has(extensionOf(name));

/** Whether a folder with a file of this name is one of posed photographs. */
export function isPoseFile(name: string): boolean {
  const base = baseName(name).toLowerCase();
  return (
    /^transforms(_\w+)?\.json$/.test(base) ||
    base === 'cameras.bin' ||
    base === 'cameras.txt' ||
    base === 'intrinsic_color.txt'
  );
}

/** Further files of a COLMAP model and of a ScanNet scan. */
const POSE_PARTS = /(^|\/)((images|points3D)\.(bin|txt)|pose\/[^/]+\.txt)$/i;

/**
 * Whether a scene can use a file of this name. No other file of an opened folder is read or sent to the page: no hidden
 * files, no texts and tables of other kinds.
 */
export function isSceneFile(name: string): boolean {
  if (name.split('/').some((part) => part === '' || part.startsWith('.'))) return false;
  return SCENE_EXTENSIONS.has(extensionOf(name)) || isCompanion(name) || isPoseFile(name) || POSE_PARTS.test(name);
}

/**
 * The files of a folder or zip that are scenes, the best first. One set of poses stands for its whole folder. A file
 * with a shorter path comes before one in a deeper folder.
 */
export function mainFiles(names: readonly string[]): string[] {
  const depth = (name: string): number => name.split('/').length;
  const byPlace = (a: string, b: string): number => depth(a) - depth(b) || a.localeCompare(b);
  const poses = names.filter(isPoseFile).sort((a, b) => poseRank(a) - poseRank(b) || byPlace(a, b));
  if (poses[0] !== undefined) return [poses[0]];
  const rank = (name: string): number => BY_RANK.indexOf(extensionOf(name));
  return names.filter((name) => rank(name) >= 0).sort((a, b) => rank(a) - rank(b) || byPlace(a, b));
}

/**
 * Rank of a pose file. Of several files with the same cameras, the most complete comes first; of splits, the training
 * split.
 */
function poseRank(name: string): number {
  const order = ['transforms.json', 'transforms_train.json', 'cameras.bin', 'cameras.txt', 'intrinsic_color.txt'];
  const at = order.indexOf(baseName(name).toLowerCase());
  return at < 0 ? order.length : at;
}
