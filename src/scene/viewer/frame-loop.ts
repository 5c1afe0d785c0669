// SPDX-License-Identifier: Apache-2.0
import type { Object3D } from 'three';
import { Thinning } from './thin';

/** How long the camera is at rest before a cloud that was thinned out is drawn whole, milliseconds. */
const SETTLE_MS = 250;

/** When to draw: soon after a change, and on while the camera moves; meanwhile large clouds may be thinned out. */
export class FrameLoop {
  private pending = 0;
  /** When the camera last took a step, milliseconds; null while it is at rest. */
  private movedAt: number | null = null;
  private thinning: Thinning | null = null;
  /** Draws all of it once the camera has been at rest for a moment. */
  private settling: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;

  /**
   * @param move takes the camera on by some seconds, and says whether it is still moving.
   * @param draw puts one picture on the screen.
   */
  constructor(
    private readonly move: (seconds: number) => boolean,
    private readonly draw: () => void,
  ) {}

  /** Another scene is drawn from now on. */
  setContent(root: Object3D): void {
    this.thinning = new Thinning(root);
  }

  /** Draws soon: several changes before the next frame make one picture. */
  request(): void {
    if (this.pending !== 0 || this.stopped) return;
    this.pending = requestAnimationFrame((now) => {
      this.pending = 0;
      // The first step after a rest counts as one frame; later ones take as long as they take, however slow the card.
      const seconds = this.movedAt === null ? 1 / 60 : (now - this.movedAt) / 1000;
      const moving = this.move(seconds);
      const thinned = (moving || this.movedAt !== null) && this.thin(this.movedAt === null ? null : seconds, moving);
      this.movedAt = moving ? now : null;
      if (!thinned) this.makeWhole();
      this.draw();
      if (moving) this.request();
    });
  }

  /** Draws all of it, at once. */
  drawWhole(): void {
    this.makeWhole();
    this.draw();
  }

  /** Undoes the thinning, for whatever is drawn next. */
  makeWhole(): void {
    this.thinning?.all();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.settling);
    cancelAnimationFrame(this.pending);
  }

  /** Whether less than all is drawn, because the last picture took so long; null: it is not known how long. */
  private thin(seconds: number | null, moving: boolean): boolean {
    clearTimeout(this.settling);
    const thinned = this.thinning?.moving(seconds) ?? false;
    // Not while it moves: on a slow card the pause between two pictures is longer than the wait.
    if (thinned && !moving) this.settling = setTimeout(() => this.drawWhole(), SETTLE_MS);
    return thinned;
  }
}
