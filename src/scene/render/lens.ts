// SPDX-License-Identifier: Apache-2.0
import { VIEW_FOV } from '../../camera';

/**
 * The vertical field of view of the user's camera, for the square in the middle of the screen, in degrees: current and
 * target.
 */
export class Lens {
  now = VIEW_FOV;
  wanted = VIEW_FOV;

  /** Sets the target angle; changes to it at once or smoothly. */
  set(degrees: number, atOnce: boolean): void {
    this.wanted = degrees;
    if (atOnce) this.now = degrees;
  }

  /** Advances by `seconds`. Returns whether the angle was still changing. */
  step(seconds: number): boolean {
    if (this.now === this.wanted) return false;
    const left = (this.wanted - this.now) * Math.exp(-seconds / 0.05);
    this.now = Math.abs(left) < 0.05 ? this.wanted : this.wanted - left;
    return true;
  }
}
