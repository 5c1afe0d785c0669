// SPDX-License-Identifier: Apache-2.0
import type { Intrinsics } from '../contract';
import { depthUnit } from './depth-unit';

/** What the numbers in pass pictures mean, for programs other than Zoetrope. */
export interface PassFacts {
  /** Scene units per step of a depth picture. */
  depthUnit: number;
  depth: string;
  normal: string;
  id: string;
  /** Names by object number. */
  objects: Record<number, string>;
}

/**
 * Facts for views captured together: all their depths share one unit. `objects`: the first name is that of object
 * number 1.
 */
export const passFacts = (views: readonly Pick<Intrinsics, 'far'>[], objects: readonly string[]): PassFacts => {
  const unit = depthUnit(Math.max(0, ...views.map(({ far }) => far)));
  return {
    depthUnit: unit,
    depth: `16-bit: distance along the line of sight in steps of ${unit} scene units; 0 is nothing`,
    normal:
      "red, green, blue: x right, y up, z towards the eye in the camera's axes, -1 to 1 as 0 to 255; black is nothing",
    id: '16-bit: number of the object; 0 is nothing',
    objects: Object.fromEntries(objects.map((name, k) => [k + 1, name])),
  };
};
