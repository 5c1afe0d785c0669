// SPDX-License-Identifier: Apache-2.0
import type { CameraPose, Vec3 } from '../../contract';
import { stride } from './path';
import { column, fromPositionQuaternion, posePosition, toPositionQuaternion, type Quaternion } from '../pose';
import { add, length, scale, subtract } from '../vector';

/** Steps between two keys with which the length of the path is measured. */
const STEPS = 48;

/**
 * Cameras on a smooth path through `keys` (at least one), evenly spaced in distance and turn together. The first is at
 * the first key and the last at the last.
 */
export function walkPoses(keys: readonly CameraPose[], count: number): CameraPose[] {
  const [first] = keys;
  if (!first || count < 1) return [];
  if (keys.length === 1 || count === 1) return Array.from({ length: count }, () => first);
  const reach = Math.max(...keys.map((pose) => length(subtract(posePosition(pose), pose.target)))) / 2;
  const fine = Array.from({ length: (keys.length - 1) * STEPS + 1 }, (_, k) => between(keys, k / STEPS));
  const gone = [0];
  for (let k = 1; k < fine.length; k++) gone.push(gone[k - 1]! + stride(fine[k - 1]!, fine[k]!, reach));
  const whole = gone.at(-1)!;
  let at = 0;
  return Array.from({ length: count }, (_, k) => {
    if (k === count - 1) return keys.at(-1)!;
    const wanted = (whole * k) / (count - 1);
    while (at < gone.length - 2 && gone[at + 1]! <= wanted) at++;
    const step = gone[at + 1]! - gone[at]!;
    return k === 0 ? first : between(keys, (at + (step > 0 ? (wanted - gone[at]!) / step : 0)) / STEPS);
  });
}

/** The camera at a position on the path, counted in keys: 1.5 is halfway from the second to the third. */
function between(keys: readonly CameraPose[], place: number): CameraPose {
  const k = Math.min(keys.length - 2, Math.floor(place));
  const t = place - k;
  const key = (n: number): CameraPose => keys[Math.min(keys.length - 1, Math.max(0, n))]!;
  const [before, from, to, after] = [key(k - 1), key(k), key(k + 1), key(k + 2)].map(posePosition) as [
    Vec3,
    Vec3,
    Vec3,
    Vec3,
  ];
  const position = [0, 1, 2].map((axis) => catmullRom(before[axis]!, from[axis]!, to[axis]!, after[axis]!, t)) as Vec3;
  const turned = slerp(
    toPositionQuaternion(key(k).cameraToWorld).quaternion,
    toPositionQuaternion(key(k + 1).cameraToWorld).quaternion,
    t,
  );
  const cameraToWorld = fromPositionQuaternion(position, turned);
  const ahead = (pose: CameraPose): number => length(subtract(posePosition(pose), pose.target));
  const distance = (1 - t) * ahead(key(k)) + t * ahead(key(k + 1));
  return { cameraToWorld, target: add(position, scale(column(cameraToWorld, 2), -distance)) };
}

/** From `b` at t = 0 to `c` at t = 1; the curve also depends on `a` and `d`. */
const catmullRom = (a: number, b: number, c: number, d: number, t: number): number =>
  b + (t / 2) * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));

function slerp(a: Quaternion, b: Quaternion, t: number): Quaternion {
  const cosine = a.reduce((sum, n, k) => sum + n * b[k]!, 0);
  const angle = Math.acos(Math.min(1, Math.abs(cosine)));
  const [u, v] =
    angle < 1e-6 ? [1 - t, t] : [Math.sin((1 - t) * angle) / Math.sin(angle), Math.sin(t * angle) / Math.sin(angle)];
  const mixed = a.map((n, k) => u * n + Math.sign(cosine || 1) * v * b[k]!) as Quaternion;
  const size = Math.hypot(...mixed);
  return mixed.map((n) => n / size) as Quaternion;
}
