// SPDX-License-Identifier: Apache-2.0
import type { CameraPose } from '../contract';
import { column, posePosition } from './pose';
import { length, subtract, toDegrees } from './vector';

/**
 * The direction of a camera from its target, in degrees, for a compass. Azimuth 0 is the +z side (the front of a glTF
 * object), 90 the +x side, up to 360; elevation is 90 straight above, -90 straight below.
 */
export function poseAzimuth(pose: CameraPose): number {
  const [x, , z] = subtract(posePosition(pose), pose.target);
  const right = column(pose.cameraToWorld, 0);
  // Straight above or below, the position gives no azimuth: the picture's right-hand side decides.
  const overhead = Math.hypot(x, z) < 1e-6 * length(subtract(posePosition(pose), pose.target));
  const degrees = toDegrees(overhead ? Math.atan2(-right[2], right[0]) : Math.atan2(x, z));
  const turned = ((degrees % 360) + 360) % 360;
  return turned === 360 ? 0 : turned; // a tiny negative angle is rounded up to 360
}

export function poseElevation(pose: CameraPose): number {
  const away = subtract(posePosition(pose), pose.target);
  const distance = length(away);
  return distance === 0 ? 0 : toDegrees(Math.asin(Math.min(1, Math.max(-1, away[1] / distance))));
}
