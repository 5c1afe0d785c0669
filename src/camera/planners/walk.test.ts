// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import type { Vec3 } from '../../contract';
import { lookAtPose, posePosition, walkPoses } from '../index';
import { column } from '../pose';
import { dot, length, subtract } from '../vector';

const keys = [
  lookAtPose([0, 1.5, 0], [1, 1.5, 0]),
  lookAtPose([2, 1.5, 0], [2, 1.5, 1]),
  lookAtPose([2, 1.5, 3], [1, 1, 3]),
];

it('goes from the first key to the last, past those between', () => {
  const way = walkPoses(keys, 200);
  expect(way).toHaveLength(200);
  expect(way[0]).toEqual(keys[0]);
  expect(way.at(-1)).toEqual(keys[2]);
  const [x, y, z] = posePosition(keys[1]!);
  const nearest = Math.min(...way.map((pose) => length(subtract(posePosition(pose), [x, y, z] as Vec3))));
  expect(nearest).toBeLessThan(0.02);
});

it('takes steps of one size, with cameras that are cameras', () => {
  const way = walkPoses(keys, 40);
  const steps = way.slice(1).map((pose, k) => length(subtract(posePosition(pose), posePosition(way[k]!))));
  expect(Math.max(...steps)).toBeLessThan(0.25);
  for (const { cameraToWorld, target } of way) {
    const [right, up, back] = [column(cameraToWorld, 0), column(cameraToWorld, 1), column(cameraToWorld, 2)];
    expect(dot(right, up)).toBeCloseTo(0, 9);
    expect(length(back)).toBeCloseTo(1, 9);
    const ahead = subtract(target, column(cameraToWorld, 3));
    expect(dot(ahead, back)).toBeCloseTo(-length(ahead), 9);
  }
});

it('has an answer for a way of one key, and for one camera', () => {
  expect(walkPoses([keys[0]!], 3)).toEqual([keys[0], keys[0], keys[0]]);
  expect(walkPoses(keys, 1)).toEqual([keys[0]]);
  expect(walkPoses([], 5)).toEqual([]);
});
