import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { depthSteps } from '../capture';
import { PassKind, type Passes } from '../contract';
import { encodePng, encodePng16 } from '../media';

/** What the numbers in pass pictures mean, for who reads them without Zoetrope. */
export interface PassFacts {
  /** Scene units to one step of a depth picture. */
  depthUnit: number;
  depth: string;
  normal: string;
  id: string;
  /** Names by object number. */
  objects: Record<number, string>;
}

export const passFacts = (depthUnit: number, objects: readonly string[]): PassFacts => ({
  depthUnit,
  depth: `16-bit: distance along the line of sight in steps of ${depthUnit} scene units; 0 is nothing`,
  normal: 'red, green, blue: x right, y up, z towards the eye in the camera\'s axes, -1 to 1 as 0 to 255; black is nothing',
  id: '16-bit: number of the object; 0 is nothing',
  objects: Object.fromEntries(objects.map((name, k) => [k + 1, name])),
});

/** Writes passes beside a view's picture: `view-001.png` gets `view-001-depth.png` and so on. Returns their names. */
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
    const file = picture.replace(/(\.png)?$/, `-${kind}.png`);
    await writeFile(file, await encode[kind]());
    files[kind] = basename(file);
  }
  return files;
}
