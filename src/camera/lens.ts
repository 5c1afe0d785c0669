// SPDX-License-Identifier: Apache-2.0
import type { Intrinsics } from '../contract';
import { toDegrees } from './vector';

/** The lens of a real camera, from a file of poses: lengths in pixels of a picture of `width` x `height`. */
export interface Lens {
  fx: number;
  fy: number;
  cx: number;
  cy: number;
  width: number;
  height: number;
  /** Whether it bends straight lines: the angle is then that of the pinhole model without distortion. */
  distorted: boolean;
}

/** The intrinsics of a view with this lens; the principal point is assumed to be in the middle. */
export function lensIntrinsics({ fy, width, height }: Lens): Pick<Intrinsics, 'fovY' | 'width' | 'height'> {
  return { fovY: 2 * toDegrees(Math.atan(height / 2 / fy)), width, height };
}

/** A lens known only by its horizontal angle, for a square picture of one pixel; use `fitLens` for the real size. */
export function angleLens(fovX: number): Lens {
  const f = 0.5 / Math.tan(fovX / 2);
  return { fx: f, fy: f, cx: 0.5, cy: 0.5, width: 1, height: 1, distorted: false };
}

/**
 * The same lens for a picture of another size, as when photographs were scaled down after their poses were computed. If
 * the aspect ratio differs, the horizontal angle is kept and the principal point stays in the middle.
 */
export function fitLens(lens: Lens, width: number, height: number): Lens {
  const across = width / lens.width;
  const down = height / lens.height;
  const sameShape = Math.abs(across / down - 1) < 0.02;
  return {
    fx: lens.fx * across,
    fy: lens.fy * across,
    cx: sameShape ? lens.cx * across : width / 2,
    cy: sameShape ? lens.cy * down : height / 2,
    width,
    height,
    distorted: lens.distorted,
  };
}
