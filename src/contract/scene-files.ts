// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/** What is known of a scene's files by their names alone, wherever they are: on disk, in a folder, in a zip. */

/** A name within a scene: relative, with forward slashes. */
export const SceneFileName = z.string().min(1).max(1024);

export const SceneListing = z.object({
  /** The file the scene is read from. */
  main: SceneFileName,
  /** All files the scene may use, the main one among them. */
  files: z.array(z.object({ name: SceneFileName, bytes: z.number() })),
});
export type SceneListing = z.infer<typeof SceneListing>;

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Files a scene can be read from; what holds the most of a scene comes before what holds less. */
const BY_RANK = 'glb gltf usdz usda usdc usd fbx obj ply splat ksplat spz sog stl las laz pcd xyz'.split(' ');
/** A zip holds one of the others. */
export const SCENE_EXTENSIONS: ReadonlySet<string> = new Set([...BY_RANK, 'zip']);
/** Of these, the ones that are made to use files beside them. */
const TAKES_COMPANIONS = words('gltf obj fbx usda usdc usd');
/** What is only ever a part of a scene. */
const PARTS = words('bin mtl');
const TEXTURES = words('png jpg jpeg webp bmp gif tga tif tiff avif ktx2 exr hdr');

export const extensionOf = (name: string): string => /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
export const baseName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
export const hasCompanions = (name: string): boolean => TAKES_COMPANIONS.has(extensionOf(name));
/** Never opened by itself. */
export const isSidecar = (name: string): boolean => PARTS.has(extensionOf(name));
export const isCompanion = (name: string): boolean => isSidecar(name) || TEXTURES.has(extensionOf(name));

/** The files that make a folder one of posed photographs, by their own names. */
export function isPoseFile(name: string): boolean {
  const base = baseName(name).toLowerCase();
  return (
    /^transforms(_\w+)?\.json$/.test(base) ||
    base === 'cameras.bin' ||
    base === 'cameras.txt' ||
    base === 'intrinsic_color.txt'
  );
}

/** Besides those: what a COLMAP model and a ScanNet scan are made of. */
const POSE_PARTS = /(^|\/)((images|points3D)\.(bin|txt)|pose\/[^/]+\.txt)$/i;

/**
 * Whether a scene can use a file of this name. Nothing else of an opened folder is read or handed to the page: not what
 * is hidden, not texts and tables of other kinds.
 */
export function isSceneFile(name: string): boolean {
  if (name.split('/').some((part) => part === '' || part.startsWith('.'))) return false;
  return SCENE_EXTENSIONS.has(extensionOf(name)) || isCompanion(name) || isPoseFile(name) || POSE_PARTS.test(name);
}

/**
 * The files of a folder or zip that are scenes, best first. One set of poses stands for its whole folder; a shallow
 * file comes before a deep one.
 */
export function mainFiles(names: readonly string[]): string[] {
  const depth = (name: string): number => name.split('/').length;
  const byPlace = (a: string, b: string): number => depth(a) - depth(b) || a.localeCompare(b);
  const poses = names.filter(isPoseFile).sort((a, b) => poseRank(a) - poseRank(b) || byPlace(a, b));
  if (poses[0] !== undefined) return [poses[0]];
  const rank = (name: string): number => BY_RANK.indexOf(extensionOf(name));
  return names.filter((name) => rank(name) >= 0).sort((a, b) => rank(a) - rank(b) || byPlace(a, b));
}

/** Of several ways the same cameras are written down, the fullest; of splits, the one to train on. */
function poseRank(name: string): number {
  const order = ['transforms.json', 'transforms_train.json', 'cameras.bin', 'cameras.txt', 'intrinsic_color.txt'];
  const at = order.indexOf(baseName(name).toLowerCase());
  return at < 0 ? order.length : at;
}
