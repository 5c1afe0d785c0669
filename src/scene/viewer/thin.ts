// SPDX-License-Identifier: Apache-2.0
import type { Object3D, Points } from 'three';

/** Smaller clouds are always drawn whole. */
const LARGE = 300_000;
/** The smallest share of a cloud that is drawn. */
const LEAST = 1 / 64;
/**
 * Seconds: a slower frame while the camera moves thins the cloud; after a frame faster than `QUICK`, more is drawn
 * again.
 */
const SLOW = 1 / 20;
const QUICK = 1 / 45;

/**
 * Draws fewer points of large clouds while the camera moves, if the graphics card cannot keep up. Points are stored so
 * that any first part of them is spread over the whole cloud. At rest, and in every view, all points are drawn.
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

  /**
   * Adapts the share to the duration of the last frame while moving (null: unknown). Returns whether less than all is
   * drawn.
   */
  moving(seconds: number | null): boolean {
    if (this.clouds.length === 0) return false;
    if (seconds === null) seconds = SLOW; // keeps the last share
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
