// SPDX-License-Identifier: Apache-2.0
import type { CameraPose, CaptureStrategy, Intrinsics, Vec3 } from '../../contract';
import { boundsCentre, boundsDiagonal, type Bounds } from '../bounds';
import { clipRange } from '../project';
import { lookAtPose } from '../pose';
import { add, subtract, toRadians } from '../vector';

/** A view to capture: what every strategy returns to the renderer. */
export interface PlannedView {
  pose: CameraPose;
  intrinsics: Intrinsics;
  strategy: CaptureStrategy;
  /** The seed of its random choices, if there were any. */
  seed?: number | undefined;
  /** Drawn with back faces culled: a room seen from outside. */
  culled?: boolean | undefined;
  /** Drawn double-sided, also faces that the file shows from the front only. */
  bothSides?: boolean | undefined;
  /** Share of what can be seen that the whole plan shows, 0..1. */
  coverage?: number | undefined;
}

export interface RingOptions {
  bounds: Bounds;
  /** Number of cameras, at least 1. */
  count: number;
  /** Elevation as seen from the centre, in degrees. */
  elevationDeg?: number;
  /** Full vertical angle of the square picture, in degrees. */
  fovY?: number;
  /** Azimuth of the first camera, in degrees from +z towards +x. */
  startAzimuth?: number;
  /** Fraction of half the picture that is left free at the edge, 0..0.9. */
  margin?: number;
}

export const RING_ELEVATION = 18;
export const VIEW_FOV = 45;
export const MARGIN = 0.05;

/**
 * The smallest distance from the box's centre at which a camera at this elevation has the whole box in its square
 * picture from every side. The box turning inside the ring sweeps a cylinder (radius r, height 2h); with t the tangent
 * of half the usable angle, a point of the cylinder's rim at angle a fits when
 *   d >= r cos(a) cos(e) + y sin(e) + r |sin(a)| / t                      (left and right)
 *   d >= r cos(a) (cos(e) -+ sin(e) / t) + y (sin(e) +- cos(e) / t)       (top and bottom)
 * and the maximum over a is known. So the distance depends neither on the number of cameras nor on the first one.
 */
export function framingDistance(bounds: Bounds, elevationDeg: number, fovY: number, margin: number): number {
  const [width, height, depth] = subtract(bounds.max, bounds.min);
  const empty = boundsDiagonal(bounds) === 0; // a single point: use the distance for a box of one unit
  const r = empty ? 0.5 : Math.hypot(width, depth) / 2;
  const h = empty ? 0.5 : height / 2;
  const t = Math.tan(toRadians(fovY) / 2) * (1 - margin);
  const sin = Math.sin(toRadians(elevationDeg));
  const cos = Math.cos(toRadians(elevationDeg));
  const sides = r * Math.hypot(cos, 1 / t) + h * Math.abs(sin);
  const top = r * Math.abs(cos - sin / t) + h * Math.abs(sin + cos / t);
  const bottom = r * Math.abs(cos + sin / t) + h * Math.abs(sin - cos / t);
  // Slightly more, so that rounding never puts a corner on the edge itself.
  return Math.max(sides, top, bottom) * (1 + 1e-9);
}

/**
 * Cameras evenly around the box at one height and distance, all looking at its centre, in order of azimuth from
 * `startAzimuth` (seen from above: anticlockwise). The same options always give the same numbers.
 */
export function ringPoses(options: RingOptions): CameraPose[] {
  const { bounds, count, elevationDeg = RING_ELEVATION, fovY = VIEW_FOV, startAzimuth = 0, margin = MARGIN } = options;
  const centre = boundsCentre(bounds);
  const distance = framingDistance(bounds, elevationDeg, fovY, margin);
  const elevation = toRadians(elevationDeg);
  return Array.from({ length: count }, (_, index) => {
    const azimuth = toRadians(startAzimuth + (360 * index) / count);
    const offset: Vec3 = [
      distance * Math.cos(elevation) * Math.sin(azimuth),
      distance * Math.sin(elevation),
      distance * Math.cos(elevation) * Math.cos(azimuth),
    ];
    return lookAtPose(add(centre, offset), centre);
  });
}

/** Intrinsics of a square picture of `size` pixels from this pose, with clipping distances for the box. */
export function squareIntrinsics(pose: CameraPose, bounds: Bounds, size: number, fovY: number = VIEW_FOV): Intrinsics {
  return { fovY, width: size, height: size, ...clipRange(pose, bounds) };
}

/** `ringPoses` as pictures of `size` x `size` pixels. */
export function ringViews(options: RingOptions & { size: number }): PlannedView[] {
  return ringPoses(options).map((pose) => ({
    pose,
    intrinsics: squareIntrinsics(pose, options.bounds, options.size, options.fovY),
    strategy: 'ring',
  }));
}
