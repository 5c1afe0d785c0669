// SPDX-License-Identifier: Apache-2.0
import { seededRandom, type CameraPose, type Vec3 } from '../../contract';
import { boundsCentre, type Bounds } from '../bounds';
import { lookAtPose } from '../pose';
import { ringPoses } from './ring';
import { add, scale, subtract, toRadians } from '../vector';

/** Full angle of a view from inside, degrees: wide enough to show how things stand to one another. */
export const INSIDE_FOV = 75;
/** Cube faces meet edge to edge. */
export const CUBE_FOV = 90;

/** Metres above the floor from which people know a room. */
const EYE_HEIGHT = 1.5;
/** Rooms are this high when the file's unit is the metre; of any other, half the height stands in for the eye's. */
const ROOM_HEIGHT = { low: 2, high: 6 };
/** From which a room is seen from outside: steep enough to look over the far wall's foot. */
const DOLLHOUSE_ELEVATION = 40;
/** The part of the floor, along each side, that cameras stand on: nobody looks at a room from within its wall. */
const FLOOR_PART = 0.7;

/** How high an eye is in this room, in the scene's units. */
export function eyeLevel({ min, max }: Bounds): number {
  const height = max[1] - min[1];
  const metres = height >= ROOM_HEIGHT.low && height <= ROOM_HEIGHT.high;
  return min[1] + (metres ? EYE_HEIGHT : height / 2);
}

/** Six views from one point, square and edge to edge: front (-z), right, back, left, up, down. */
export function cubePoses(bounds: Bounds): CameraPose[] {
  const [x, , z] = boundsCentre(bounds);
  const eye: Vec3 = [x, eyeLevel(bounds), z];
  const reach = Math.max(...subtract(bounds.max, bounds.min)) / 4 || 1;
  const ways: Vec3[] = [
    [0, 0, -1],
    [1, 0, 0],
    [0, 0, 1],
    [-1, 0, 0],
    [0, 1, 0],
    [0, -1, 0],
  ];
  return ways.map((way) => lookAtPose(eye, add(eye, scale(way, reach))));
}

/** A camera at eye level at a random place of the floor, looking any way, down a little more often than up. */
export function insidePose(bounds: Bounds, random: () => number, azimuth = 360 * random()): CameraPose {
  const centre = boundsCentre(bounds);
  const size = subtract(bounds.max, bounds.min);
  const eye: Vec3 = [
    centre[0] + (random() - 0.5) * FLOOR_PART * size[0],
    eyeLevel(bounds),
    centre[2] + (random() - 0.5) * FLOOR_PART * size[2],
  ];
  const pitch = toRadians(-25 + 35 * random());
  const turn = toRadians(azimuth);
  const way: Vec3 = [Math.cos(pitch) * Math.sin(turn), Math.sin(pitch), Math.cos(pitch) * Math.cos(turn)];
  return lookAtPose(eye, add(eye, scale(way, Math.min(size[0], size[2]) / 4 || 1)));
}

/** Two views from outside, above opposite corners: with the backs of walls left out, they look into the room. */
export const dollhousePoses = (bounds: Bounds): CameraPose[] =>
  ringPoses({ bounds, count: 2, elevationDeg: DOLLHOUSE_ELEVATION, startAzimuth: 45 });

/** Views from inside, one into every part of the compass, so that no wall is left to chance. */
export function insidePoses(bounds: Bounds, count: number, seed: number): CameraPose[] {
  const random = seededRandom(seed);
  const first = 360 * random();
  return Array.from({ length: count }, (_, k) =>
    insidePose(bounds, random, first + (360 * (k + 0.5 * random())) / count),
  );
}
