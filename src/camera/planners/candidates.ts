// SPDX-License-Identifier: Apache-2.0
import { seededRandom, type CameraPose, type Vec3 } from '../../contract';
import { boundsCentre, type Bounds } from '../bounds';
import { eyeLevel, INSIDE_FOV, insidePose } from './inside';
import { lookAtPose } from '../pose';
import { ringViews, squareIntrinsics, VIEW_FOV, type PlannedView } from './ring';
import { hemispherePoses } from './sphere';
import { add } from '../vector';

/** Edge of a candidate's picture, in pixels: enough to see what is visible, small enough for many candidates. */
export const SURVEY_SIZE = 192;

const ROUND_A_THING = 120;
const INSIDE_A_ROOM = 200;

/** In a room, a candidate that sees a larger share of surfaces from behind is outside, or within something. */
const MOST_BACKS = 0.05;

/** Candidate views to choose from: inside a room at eye height, around an object above the ground. */
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

/** The baseline that choices are compared with: evenly around an object, or turning in the middle of a room. */
export function spacedViews(bounds: Bounds, room: boolean, count: number): PlannedView[] {
  if (!room) return ringViews({ bounds, count, size: SURVEY_SIZE });
  const [x, , z] = boundsCentre(bounds);
  const eye: Vec3 = [x, eyeLevel(bounds), z];
  return Array.from({ length: count }, (_, k): PlannedView => {
    const turn = (2 * Math.PI * k) / count;
    const pose = lookAtPose(eye, add(eye, [Math.sin(turn), 0, Math.cos(turn)]));
    return { pose, intrinsics: squareIntrinsics(pose, bounds, SURVEY_SIZE, INSIDE_FOV), strategy: 'room' };
  });
}

/** Indices of the candidates to consider: all, except those at impossible places. */
export function soundCandidates(backs: readonly number[], room: boolean): number[] {
  const every = backs.map((_share, k) => k);
  const sound = room ? every.filter((k) => backs[k]! <= MOST_BACKS) : every;
  return sound.length > 0 ? sound : every;
}
