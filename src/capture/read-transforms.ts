import { z } from 'zod';
import { say } from '../contract';
import { angleLens, type Lens } from './lens';
import type { PosedPicture } from './pose-files';
import { badPoses, isLens, posedPicture, rigid } from './read-poses';

const number = z.number();
const LensWords = {
  fl_x: number.optional(),
  fl_y: number.optional(),
  cx: number.optional(),
  cy: number.optional(),
  w: number.optional(),
  h: number.optional(),
  /** The whole angle from side to side, radians. */
  camera_angle_x: number.optional(),
  k1: number.optional(),
  k2: number.optional(),
  p1: number.optional(),
  p2: number.optional(),
  camera_model: z.string().optional(),
};
const Frame = z.object({ ...LensWords, file_path: z.string().min(1), transform_matrix: z.array(z.array(number)) });
const Transforms = z.object({ ...LensWords, frames: z.array(Frame) });

/**
 * A transforms.json of nerfstudio, instant-ngp or Blender's NeRF scripts: camera to world in OpenGL axes. A lens may
 * stand at the top or in each frame; Blender's say only an angle.
 * @throws poses-unreadable
 */
export function readNerfstudioFile(text: string, name = 'transforms.json'): PosedPicture[] {
  let document: unknown;
  try {
    document = parse(text);
  } catch (cause) {
    throw badPoses(name, say`is not sound JSON`, String(cause));
  }
  const parsed = Transforms.safeParse(document);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw badPoses(name, say`is not a file of camera poses`, `/${issue?.path.join('/') ?? ''}: ${issue?.message ?? ''}`);
  }
  const { frames, ...common } = parsed.data;
  return frames.map((frame, k) => {
    const matrix = frame.transform_matrix.flat();
    const cameraToWorld = rigid(matrix.length === 12 ? [...matrix, 0, 0, 0, 1] : matrix);
    if (!cameraToWorld) throw badPoses(name, say`has a camera that cannot be (frame ${k})`, JSON.stringify(frame.transform_matrix));
    const lens = lensOf({ ...common, ...frame });
    if (!lens) throw badPoses(name, say`does not say what lens frame ${k} was taken with`);
    return posedPicture(frame.file_path, cameraToWorld, lens);
  });
}

/** Python writes numbers that are none as words JSON does not know: they are read as nothing. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (part) => (part.startsWith('"') ? part : 'null')));
  }
}

type LensRecord = z.infer<z.ZodObject<typeof LensWords>>;

function lensOf(record: LensRecord): Lens | null {
  const { w, h, camera_angle_x: angle } = record;
  const bent = [record.k1, record.k2, record.p1, record.p2].some((k) => k !== undefined && k !== 0);
  const distorted = bent || /FISHEYE/i.test(record.camera_model ?? '');
  const fx = record.fl_x ?? (angle !== undefined && w !== undefined ? w / 2 / Math.tan(angle / 2) : undefined);
  if (fx !== undefined && w !== undefined && h !== undefined) {
    const lens = { fx, fy: record.fl_y ?? fx, cx: record.cx ?? w / 2, cy: record.cy ?? h / 2, width: w, height: h, distorted };
    return isLens(lens) ? lens : null;
  }
  return angle !== undefined && angle > 0 && angle < Math.PI ? { ...angleLens(angle), distorted } : null;
}
