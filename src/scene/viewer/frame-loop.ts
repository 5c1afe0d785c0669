// SPDX-License-Identifier: Apache-2.0
import type { Object3D } from 'three';
import { Thinning } from './thin';

/** How long the camera must be at rest before a thinned cloud is drawn whole, milliseconds. */
const SETTLE_MS = 250;

/**
 * Decides when to draw: soon after a change, and continuously while the camera moves. While it moves, large clouds may
 * be thinned.
 */
export class FrameLoop {
  private pending = 0;
  /** Time of the camera's last step, milliseconds; null while it is at rest. */
  private movedAt: number | null = null;
  private thinning: Thinning | null = null;
  /** Timer that draws everything once the camera has been at rest. */
  private settling: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;

  /**
   * @param move advances the camera by some seconds. Returns whether it is still moving.
   * @param draw draws one frame on the screen.
   */
  constructor(
    private readonly move: (seconds: number) => boolean,
    private readonly draw: () => void,
  ) {}

  /** Sets the scene that is drawn from now on. */
  setContent(root: Object3D): void {
    this.thinning = new Thinning(root);
  }

  /** Requests a frame. Several requests before it result in one frame. */
  request(): void {
    if (this.pending !== 0 || this.stopped) return;
    this.pending = requestAnimationFrame((now) => {
      this.pending = 0;
      // The first step after a rest counts as one frame; later steps take the real time, however slow the graphics card
      // is.
      const seconds = this.movedAt === null ? 1 / 60 : (now - this.movedAt) / 1000;
      const moving = this.move(seconds);
      const thinned = (moving || this.movedAt !== null) && this.thin(this.movedAt === null ? null : seconds, moving);
      this.movedAt = moving ? now : null;
      if (!thinned) this.makeWhole();
      this.draw();
      if (moving) this.request();
    });
  }

  /** Draws everything, at once. */
  drawWhole(): void {
    this.makeWhole();
    this.draw();
  }

  /** Undoes the thinning before the next draw. */
  makeWhole(): void {
    this.thinning?.all();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.settling);
    cancelAnimationFrame(this.pending);
  }

  /** Thins clouds if the last frame took too long (null: unknown). Returns whether less than everything is drawn. */
  private thin(seconds: number | null, moving: boolean): boolean {
    clearTimeout(this.settling);
    const thinned = this.thinning?.moving(seconds) ?? false;
    // Not while it moves: on a slow graphics card the time between two frames is longer than this delay.
    if (thinned && !moving) this.settling = setTimeout(() => this.drawWhole(), SETTLE_MS);
    return thinned;
  }
}
