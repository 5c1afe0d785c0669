// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readColmapFiles, readNerfstudioFile, type ColmapFiles, type PosedPicture } from '../camera';
import { say, ZoetropeError, type GivenCamera } from '../contract';
import { notThere } from '../engine';

/** Largest number of cameras taken from one file. */
const MOST = 512;
/** Largest side of a rendered picture in pixels. Larger ones are scaled down. */
const LARGEST = 8192;
/** Height of pictures in pixels if neither the file nor the user gives one. */
const HEIGHT = 768;

/**
 * The cameras of a transforms.json, or of a folder with COLMAP's text or binary model. Their pictures have the file's
 * own size, or the given `height`; none is larger than 8192 pixels on either side.
 * @throws file-missing, poses-unreadable
 */
export async function readPoses(path: string, height: number | undefined): Promise<GivenCamera[]> {
  const pictures = (await stat(path).catch(() => undefined))?.isDirectory()
    ? await readColmapFolder(path)
    : readNerfstudioFile(await text(path), basename(path));
  if (pictures.length === 0)
    throw new ZoetropeError(
      'poses-unreadable',
      say`${basename(path)} holds no cameras.`,
      say`Name another file of poses.`,
    );
  return pictures.slice(0, MOST).map(({ cameraToWorld, intrinsics: { fovY, width, height: own } }) => {
    const wished = height ?? (own > 1 ? own : HEIGHT); // a lens given only as an angle has no size
    const scale = Math.min(wished / own, LARGEST / Math.max(width, own));
    const size = (side: number): number => Math.min(LARGEST, Math.max(1, Math.round(side * scale)));
    return { cameraToWorld: [...cameraToWorld], fovY, width: size(width), height: size(own) };
  });
}

async function readColmapFolder(folder: string): Promise<PosedPicture[]> {
  const names = await readdir(folder);
  const read = async (part: keyof ColmapFiles): Promise<string | Uint8Array> => {
    if (names.includes(`${part}.bin`)) return readFile(join(folder, `${part}.bin`));
    if (names.includes(`${part}.txt`)) return text(join(folder, `${part}.txt`));
    throw new ZoetropeError(
      'file-missing',
      say`${basename(folder)} holds no COLMAP model.`,
      say`Name the folder with cameras.txt and images.txt, or cameras.bin and images.bin.`,
    );
  };
  return readColmapFiles({ cameras: await read('cameras'), images: await read('images') });
}

async function text(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => {
    throw notThere(path);
  });
}
