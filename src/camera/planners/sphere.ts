// SPDX-License-Identifier: Apache-2.0
import type { CameraPose, Vec3 } from '../../contract';
import { boundsCentre, boundsDiagonal, type Bounds } from '../bounds';
import { lookAtPose } from '../pose';
import { framingDistance, MARGIN, VIEW_FOV } from './ring';
import { add, scale, toDegrees, toRadians } from '../vector';

/** The golden angle, in radians: as in a sunflower, no direction repeats. */
const GOLDEN_TURN = Math.PI * (3 - Math.sqrt(5));

/** The lowest elevation in the upper hemisphere, in degrees: from the horizon a ground plane is a line. */
const LOWEST = 8;

/** Distance kept between a camera and the box, as a fraction of the box's diagonal. */
const CLEARANCE = 0.02;

/** A camera that looks at the box's centre from this direction (unit length) and has the whole box in its picture. */
function framing(bounds: Bounds, direction: Vec3, fovY: number): CameraPose {
  const centre = boundsCentre(bounds);
  const elevation = toDegrees(Math.asin(Math.min(1, Math.max(-1, direction[1]))));
  // Seen along a needle, the camera could otherwise touch its tip.
  const clear = (0.5 + CLEARANCE) * boundsDiagonal(bounds);
  const distance = Math.max(framingDistance(bounds, elevation, fovY, MARGIN), clear);
  return lookAtPose(add(centre, scale(direction, distance)), centre);
}

/**
 * `count` directions spread evenly over the sphere between two heights (sines of the elevation), on a Fibonacci spiral
 * from the top down.
 */
function spiral(count: number, low: number, high: number): Vec3[] {
  return Array.from({ length: count }, (_, k) => {
    const y = high - ((high - low) * (k + 0.5)) / count;
    const across = Math.sqrt(1 - y * y);
    const turn = GOLDEN_TURN * k;
    return [across * Math.sin(turn), y, across * Math.cos(turn)];
  });
}

/** Cameras on all sides, also below. */
export const spherePoses = (bounds: Bounds, count: number, fovY: number = VIEW_FOV): CameraPose[] =>
  spiral(count, -1, 1).map((direction) => framing(bounds, direction, fovY));

/** Cameras on all sides above the ground. */
export const hemispherePoses = (bounds: Bounds, count: number, fovY: number = VIEW_FOV): CameraPose[] =>
  spiral(count, Math.sin(toRadians(LOWEST)), 1).map((direction) => framing(bounds, direction, fovY));

/** A camera looking straight down, with the front of a glTF object at the bottom of the picture. */
export const topPose = (bounds: Bounds, fovY: number = VIEW_FOV): CameraPose => framing(bounds, [0, 1, 0], fovY);
