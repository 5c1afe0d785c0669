// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cameraInFile, colmapFiles, nerfstudioFile, type PosedPicture } from '../camera';
import { throwIfCancelled, type Item, type NumberedItem } from '../contract';
import { plainly } from './export';
import { passName } from './passes';
import type { JobOptions } from './items';
import type { PictureStore } from './pictures';

export const POSE_FILES = ['nerfstudio', 'colmap'] as const;
export type PoseFile = (typeof POSE_FILES)[number];
/** The file names of each pose format. */
export const POSE_FILE_NAMES = {
  nerfstudio: ['transforms.json'],
  colmap: ['cameras.txt', 'images.txt', 'points3D.txt'],
} as const satisfies Record<PoseFile, readonly string[]>;

/**
 * Writes the cameras of saved views beside them, in the axes of the scene's file, for programs that reconstruct scenes
 * from posed pictures.
 */
export async function writePoses(
  format: PoseFile,
  folder: string,
  items: readonly Item[],
  files: readonly (string | undefined)[],
  depths: readonly (string | undefined)[] = [],
): Promise<void> {
  const pictures = items.flatMap(({ origin }, k): PosedPicture[] =>
    origin.kind === 'view'
      ? [
          {
            file: basename(files[k] ?? ''),
            depth: depths[k],
            cameraToWorld: cameraInFile(origin.pose.cameraToWorld, origin.fileToScene),
            intrinsics: origin.intrinsics,
          },
        ]
      : [],
  );
  const written = format === 'nerfstudio' ? { 'transforms.json': nerfstudioFile(pictures) } : colmapFiles(pictures);
  await Promise.all(Object.entries(written).map(([name, text]) => writeFile(join(folder, name), text)));
}

export interface ViewsExport {
  items: readonly NumberedItem[];
  /** A new folder, so that no file can be overwritten. */
  folder: string;
  /** Which of the views will have a depth picture. */
  depths: readonly boolean[];
}

/**
 * Writes views for programs that reconstruct scenes: the exact pictures, their cameras for nerfstudio and for COLMAP,
 * and all data about each view in `views.json`. Returns the file names of the pictures.
 * @throws disk-full and other errors of the file system; cancelled.
 */
export async function writeViews(
  { items, folder, depths }: ViewsExport,
  pictures: PictureStore,
  { signal, onProgress }: JobOptions = {},
): Promise<{ names: string[] }> {
  const names = items.map(({ number }, k) => `view-${String(number ?? k + 1).padStart(3, '0')}.png`);
  try {
    await mkdir(folder, { recursive: true });
    for (const [k, { picture }] of items.entries()) {
      throwIfCancelled(signal);
      await copyFile(pictures.file(picture), join(folder, names[k]!), constants.COPYFILE_FICLONE);
      onProgress?.({ step: 'export', done: k + 1, total: items.length });
    }
    for (const format of POSE_FILES)
      await writePoses(
        format,
        folder,
        items,
        names,
        depths.map((has, k) => (has ? passName(names[k]!, 'depth') : undefined)),
      );
    const about = items.map(({ origin, picture }, k) => ({
      file: names[k],
      ...origin,
      source: origin.source.name,
      ...picture,
    }));
    await writeFile(join(folder, 'views.json'), `${JSON.stringify({ views: about }, null, 2)}\n`);
  } catch (error) {
    throw plainly(error);
  }
  return { names };
}
