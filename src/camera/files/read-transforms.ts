// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { say } from '../../contract';
import { angleLens, type Lens } from '../lens';
import type { PosedPicture } from './pose-files';
import { badPoses, isLens, panorama, posedPicture, rigid, type Panorama } from './read-poses';

/** Values that are not numbers count as absent: programs write NaN, which JSON does not have. */
const number = z.number();
const told = number.nullish().transform((value) => value ?? undefined);
const LensWords = {
  fl_x: told,
  fl_y: told,
  cx: told,
  cy: told,
  w: told,
  h: told,
  /** The full horizontal angle, in radians. */
  camera_angle_x: told,
  k1: told,
  k2: told,
  p1: told,
  p2: told,
  camera_model: z.string().nullish(),
};
const Frame = z.object({ ...LensWords, file_path: z.string().min(1), transform_matrix: z.array(z.array(number)) });
const Transforms = z.object({ ...LensWords, frames: z.array(Frame) });

/**
 * Reads a transforms.json of nerfstudio, instant-ngp or Blender's NeRF scripts: camera to world in OpenGL axes. The
 * lens may be given at the top or in each frame; Blender's scripts give only an angle.
 * @throws ZoetropeError `poses-unreadable`.
 */
export function readNerfstudioFile(text: string, name = 'transforms.json'): PosedPicture[] {
  let document: unknown;
  try {
    document = parse(text);
  } catch (cause) {
    throw badPoses(name, say`is not valid JSON`, String(cause));
  }
  const parsed = Transforms.safeParse(document);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw badPoses(
      name,
      say`is not a file of camera poses`,
      `/${issue?.path.join('/') ?? ''}: ${issue?.message ?? ''}`,
    );
  }
  const { frames, ...common } = parsed.data;
  return frames.map((frame, k) => {
    const matrix = frame.transform_matrix.flat();
    const cameraToWorld = rigid(matrix.length === 12 ? [...matrix, 0, 0, 0, 1] : matrix);
    if (!cameraToWorld)
      throw badPoses(name, say`has a camera that is not valid (frame ${k})`, JSON.stringify(frame.transform_matrix));
    const lens = lensOf({ ...common, ...onlyTold(frame) });
    if (!lens) throw badPoses(name, say`does not say what lens frame ${k} was taken with`);
    return posedPicture(frame.file_path, cameraToWorld, lens);
  });
}

/** The fields of a frame that are set, which override those at the top. */
const onlyTold = <T extends object>(frame: T): Partial<T> =>
  Object.fromEntries(Object.entries(frame).filter(([, value]) => value !== undefined && value !== null)) as Partial<T>;

/** Parses JSON. Python writes NaN and infinities, which JSON does not have: they are read as null. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(
      text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (part) => (part.startsWith('"') ? part : 'null')),
    );
  }
}

type LensRecord = z.infer<z.ZodObject<typeof LensWords>>;

function lensOf(record: LensRecord): Lens | Panorama | null {
  const { w, h, camera_angle_x: angle } = record;
  if (/EQUIRECT/i.test(record.camera_model ?? '')) return panorama(h ?? (w ?? 2) / 2);
  const bent = [record.k1, record.k2, record.p1, record.p2].some((k) => k !== undefined && k !== 0);
  const distorted = bent || /FISHEYE/i.test(record.camera_model ?? '');
  const fx = record.fl_x ?? (angle !== undefined && w !== undefined ? w / 2 / Math.tan(angle / 2) : undefined);
  if (fx !== undefined && w !== undefined && h !== undefined) {
    const lens = {
      fx,
      fy: record.fl_y ?? fx,
      cx: record.cx ?? w / 2,
      cy: record.cy ?? h / 2,
      width: w,
      height: h,
      distorted,
    };
    return isLens(lens) ? lens : null;
  }
  return angle !== undefined && angle > 0 && angle < Math.PI ? { ...angleLens(angle), distorted } : null;
}
