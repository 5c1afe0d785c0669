// SPDX-License-Identifier: Apache-2.0
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { depthSteps } from '../camera';
import { PassKind, type Passes } from '../contract';
import { encodePng, encodePng16 } from '../media';

/** The file name of a pass: the depths of `view-001.png` are in `view-001-depth.png`. */
export const passName = (picture: string, kind: PassKind): string => picture.replace(/(\.png)?$/, `-${kind}.png`);

/** Writes the passes of a view beside its picture. Returns the file names. */
export async function writePasses(
  picture: string,
  { width, height }: { width: number; height: number },
  passes: Passes,
  kinds: readonly PassKind[],
  depthUnit: number,
): Promise<Partial<Record<PassKind, string>>> {
  const encode = {
    depth: () => encodePng16(depthSteps(passes.depth, depthUnit), width, height),
    normal: () => encodePng({ width, height, data: passes.normal }),
    id: () => encodePng16(passes.id, width, height),
  };
  const files: Partial<Record<PassKind, string>> = {};
  for (const kind of PassKind.options.filter((one) => kinds.includes(one))) {
    const file = passName(picture, kind);
    await writeFile(file, await encode[kind]());
    files[kind] = basename(file);
  }
  return files;
}
