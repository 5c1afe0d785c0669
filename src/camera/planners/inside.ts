// SPDX-License-Identifier: Apache-2.0
import { seededRandom, type CameraPose, type Vec3 } from '../../contract';
import { boundsCentre, type Bounds } from '../bounds';
import { lookAtPose } from '../pose';
import { ringPoses } from './ring';
import { add, scale, subtract, toRadians } from '../vector';

/** Full angle of a view from inside, in degrees: wide enough to show how things are arranged. */
export const INSIDE_FOV = 75;
/** Full angle of a cube face, in degrees: the faces meet edge to edge. */
export const CUBE_FOV = 90;

/** Eye height above the floor, in metres. */
const EYE_HEIGHT = 1.5;
/** Heights of a room whose unit is the metre; for any other room, half its height is the eye level. */
const ROOM_HEIGHT = { low: 2, high: 6 };
/** Elevation of views of a room from outside, in degrees: steep enough to see the foot of the far wall. */
const DOLLHOUSE_ELEVATION = 40;
/** The fraction of the floor, along each side, where cameras may stand: not inside a wall. */
const FLOOR_PART = 0.7;

/** Eye level in this room, in scene units. */
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

/** A camera at eye level at a random place on the floor, in a random direction, slightly more often down than up. */
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

/** Two views from outside, above opposite corners: with back faces culled, they show the inside of the room. */
export const dollhousePoses = (bounds: Bounds): CameraPose[] =>
  ringPoses({ bounds, count: 2, elevationDeg: DOLLHOUSE_ELEVATION, startAzimuth: 45 });

/** Views from inside, with their directions spread over the compass, so that every wall is seen. */
export function insidePoses(bounds: Bounds, count: number, seed: number): CameraPose[] {
  const random = seededRandom(seed);
  const first = 360 * random();
  return Array.from({ length: count }, (_, k) =>
    insidePose(bounds, random, first + (360 * (k + 0.5 * random())) / count),
  );
}
