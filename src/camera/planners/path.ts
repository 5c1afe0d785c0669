// SPDX-License-Identifier: Apache-2.0
import type { CameraPose } from '../../contract';
import { column, posePosition } from '../pose';
import { dot, length, subtract } from '../vector';

/**
 * The cost of moving from one camera to another: the distance, plus the turn as an arc on a circle of the scene's
 * radius.
 */
export function stride(a: CameraPose, b: CameraPose, reach: number): number {
  const ahead = dot(column(a.cameraToWorld, 2), column(b.cameraToWorld, 2));
  return length(subtract(posePosition(a), posePosition(b))) + reach * Math.acos(Math.min(1, Math.max(-1, ahead)));
}

/**
 * An order in which to walk from camera to camera: nearest neighbour first, then crossings are removed while that
 * shortens the path (2-opt). Starts with the first pose. Returns indices.
 */
export function orderAlongPath(poses: readonly CameraPose[]): number[] {
  const reach = Math.max(...poses.map((pose) => length(subtract(posePosition(pose), pose.target))), 0) / 2;
  const way = (a: number, b: number): number => stride(poses[a]!, poses[b]!, reach);
  const left = poses.map((_pose, k) => k);
  const order = left.splice(0, 1);
  while (left.length > 0) {
    const here = order.at(-1)!;
    const next = left.reduce((best, k) => (way(here, k) < way(here, best) ? k : best));
    order.push(...left.splice(left.indexOf(next), 1));
  }
  const tail = (a: number, b: number | undefined): number => (b === undefined ? 0 : way(a, b));
  for (let again = true; again;) {
    again = false;
    for (let i = 1; i < order.length - 1; i++) {
      for (let j = i + 1; j < order.length; j++) {
        const [before, first, last, after] = [order[i - 1]!, order[i]!, order[j]!, order[j + 1]];
        if (way(before, last) + tail(first, after) >= way(before, first) + tail(last, after) - 1e-9) continue;
        order.splice(i, j - i + 1, ...order.slice(i, j + 1).reverse());
        again = true;
      }
    }
  }
  return order;
}
