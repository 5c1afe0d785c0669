// SPDX-License-Identifier: Apache-2.0
import type { Object3D, Points } from 'three';

/** Clouds smaller than this are drawn whole, always. */
const LARGE = 300_000;
/** The least part that is drawn. */
const LEAST = 1 / 64;
/** Seconds a picture may take while the camera moves, and may take before more is drawn again. */
const SLOW = 1 / 20;
const QUICK = 1 / 45;

/**
 * Draws fewer points of large clouds while the camera moves, if the card cannot keep up. Their points are stored so
 * that any first part of them is spread over the whole cloud. At rest, and in every view, all are drawn.
 */
export class Thinning {
  private share = 1;
  private readonly clouds: { cloud: Points; count: number }[] = [];

  constructor(root: Object3D) {
    root.traverse((object) => {
      const cloud = object as Points;
      if (!cloud.isPoints) return;
      const count = cloud.geometry.getAttribute('position').count;
      if (count >= LARGE) this.clouds.push({ cloud, count });
    });
  }

  /** A picture took so long while the camera moved, null if it is not known: what is drawn next. Whether it is less than all. */
  moving(seconds: number | null): boolean {
    if (this.clouds.length === 0) return false;
    if (seconds === null) seconds = SLOW; // as much as last time
    if (seconds > SLOW) this.share = Math.max(LEAST, this.share * Math.max(0.25, SLOW / seconds));
    else if (seconds < QUICK) this.share = Math.min(1, this.share * 1.5);
    this.draw(this.share);
    return this.share < 1;
  }

  all(): void {
    this.draw(1);
  }

  private draw(share: number): void {
    for (const { cloud, count } of this.clouds) cloud.geometry.setDrawRange(0, Math.ceil(count * share));
  }
}
