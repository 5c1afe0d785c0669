// SPDX-License-Identifier: Apache-2.0
import type { Intrinsics } from '../contract';
import { toDegrees } from './vector';

/** A real camera's lens as files of poses tell it: lengths in pixels of a picture of `width` x `height`. */
export interface Lens {
  fx: number;
  fy: number;
  cx: number;
  cy: number;
  width: number;
  height: number;
  /** Whether it bends straight lines: then the angle is that of the pinhole behind it. */
  distorted: boolean;
}

/** The angle such a lens sees, as a view's intrinsics; the principal point is taken to be the middle. */
export function lensIntrinsics({ fy, width, height }: Lens): Pick<Intrinsics, 'fovY' | 'width' | 'height'> {
  return { fovY: 2 * toDegrees(Math.atan(height / 2 / fy)), width, height };
}

/** All that is known is an angle: the lens of a square picture of one pixel, to be fitted to the real one. */
export function angleLens(fovX: number): Lens {
  const f = 0.5 / Math.tan(fovX / 2);
  return { fx: f, fy: f, cx: 0.5, cy: 0.5, width: 1, height: 1, distorted: false };
}

/**
 * The same lens before a picture of another size, as when photographs were made smaller after their poses were
 * found. Where the shape differs, the angle from side to side holds and the middle is the middle.
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
