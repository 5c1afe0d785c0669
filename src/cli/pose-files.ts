import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { colmapFiles, nerfstudioFile, type PosedPicture } from '../capture';
import type { Item } from '../contract';

export const POSE_FILES = ['nerfstudio', 'colmap'] as const;

/** Writes the cameras of the saved views beside them, for programs that rebuild scenes from posed pictures. */
export async function writePoses(format: (typeof POSE_FILES)[number], folder: string, items: readonly Item[], files: readonly (string | undefined)[]): Promise<void> {
  const pictures = items.flatMap(({ origin }, k): PosedPicture[] =>
    origin.kind === 'view' ? [{ file: basename(files[k] ?? ''), cameraToWorld: origin.pose.cameraToWorld, intrinsics: origin.intrinsics }] : [],
  );
  const written = format === 'nerfstudio' ? { 'transforms.json': nerfstudioFile(pictures) } : colmapFiles(pictures);
  await Promise.all(Object.entries(written).map(([name, text]) => writeFile(join(folder, name), text)));
}
