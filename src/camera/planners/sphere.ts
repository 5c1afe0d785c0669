// SPDX-License-Identifier: Apache-2.0
import type { CameraPose, Vec3 } from '../../contract';
import { boundsCentre, boundsDiagonal, type Bounds } from '../bounds';
import { lookAtPose } from '../pose';
import { framingDistance, MARGIN, VIEW_FOV } from './ring';
import { add, scale, toDegrees, toRadians } from '../vector';

/** The turn between two neighbours that never repeats: sunflower seeds stand like this. */
const GOLDEN_TURN = Math.PI * (3 - Math.sqrt(5));

/** No camera of the upper half lower than this: at the horizon a ground plane is a line. */
const LOWEST = 8;

/** Kept between a camera and the box, as a part of the box's diagonal. */
const CLEARANCE = 0.02;

/** A camera that looks at the box's centre from this direction (unit length), the whole box in its picture. */
function framing(bounds: Bounds, direction: Vec3, fovY: number): CameraPose {
  const centre = boundsCentre(bounds);
  const elevation = toDegrees(Math.asin(Math.min(1, Math.max(-1, direction[1]))));
  // A needle seen end on would let the camera touch its tip.
  const clear = (0.5 + CLEARANCE) * boundsDiagonal(bounds);
  const distance = Math.max(framingDistance(bounds, elevation, fovY, MARGIN), clear);
  return lookAtPose(add(centre, scale(direction, distance)), centre);
}

/**
 * `count` directions spread as evenly as can be over the sphere between two heights (sines of the elevation), on
 * Fibonacci's spiral from the top down.
 */
function spiral(count: number, low: number, high: number): Vec3[] {
  return Array.from({ length: count }, (_, k) => {
    const y = high - ((high - low) * (k + 0.5)) / count;
    const across = Math.sqrt(1 - y * y);
    const turn = GOLDEN_TURN * k;
    return [across * Math.sin(turn), y, across * Math.cos(turn)];
  });
}

/** Cameras from all sides, from below too. */
export const spherePoses = (bounds: Bounds, count: number, fovY: number = VIEW_FOV): CameraPose[] =>
  spiral(count, -1, 1).map((direction) => framing(bounds, direction, fovY));

/** Cameras from all sides above the ground. */
export const hemispherePoses = (bounds: Bounds, count: number, fovY: number = VIEW_FOV): CameraPose[] =>
  spiral(count, Math.sin(toRadians(LOWEST)), 1).map((direction) => framing(bounds, direction, fovY));

/** Straight down, the front of a glTF object at the bottom of the picture. */
export const topPose = (bounds: Bounds, fovY: number = VIEW_FOV): CameraPose => framing(bounds, [0, 1, 0], fovY);
