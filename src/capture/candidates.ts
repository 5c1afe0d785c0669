import type { CameraPose } from '../contract';
import type { Bounds } from './bounds';
import { INSIDE_FOV, insidePose } from './inside';
import { seededRandom } from './random';
import { squareIntrinsics, VIEW_FOV, type PlannedView } from './ring';
import { hemispherePoses } from './sphere';

/** Edge of a candidate's picture, pixels: enough to tell what is seen, small enough to look from many places. */
export const SURVEY_SIZE = 192;

const ROUND_A_THING = 120;
const INSIDE_A_ROOM = 200;

/** A room's candidate that sees more of this from behind stands outside, or within something. */
const MOST_BACKS = 0.05;

/** Places to look from before choosing: inside a room at eye height, round a thing above the ground. */
export function candidateViews(bounds: Bounds, room: boolean, seed: number): PlannedView[] {
  const random = seededRandom(seed);
  const poses: CameraPose[] = room
    ? Array.from({ length: INSIDE_A_ROOM }, () => insidePose(bounds, random))
    : hemispherePoses(bounds, ROUND_A_THING);
  const fovY = room ? INSIDE_FOV : VIEW_FOV;
  return poses.map((pose) => ({
    pose,
    intrinsics: squareIntrinsics(pose, bounds, SURVEY_SIZE, fovY),
    strategy: 'coverage',
    ...(room ? { seed } : {}),
  }));
}

/** Which candidates are worth asking: all, unless they stand where nobody could. */
export function soundCandidates(backs: readonly number[], room: boolean): number[] {
  const every = backs.map((_share, k) => k);
  const sound = room ? every.filter((k) => backs[k]! <= MOST_BACKS) : every;
  return sound.length > 0 ? sound : every;
}
