// SPDX-License-Identifier: Apache-2.0
import { VIEW_FOV } from '../../camera';

/** The user's lens: the full vertical angle of the square in the middle of the screen, degrees, now and where it is going. */
export class Lens {
  now = VIEW_FOV;
  wanted = VIEW_FOV;

  /** Goes to an angle, at once or by and by. */
  set(degrees: number, atOnce: boolean): void {
    this.wanted = degrees;
    if (atOnce) this.now = degrees;
  }

  /** Moves on by `seconds`; whether there was anywhere to go. */
  step(seconds: number): boolean {
    if (this.now === this.wanted) return false;
    const left = (this.wanted - this.now) * Math.exp(-seconds / 0.05);
    this.now = Math.abs(left) < 0.05 ? this.wanted : this.wanted - left;
    return true;
  }
}
