// SPDX-License-Identifier: Apache-2.0
import type { AskedStrategy, CameraPose, PlannedStrategy } from '../../contract';
import type { Bounds } from '../bounds';
import { CUBE_FOV, cubePoses, dollhousePoses, INSIDE_FOV, insidePoses } from './inside';
import { ringPoses, ringViews, squareIntrinsics, VIEW_FOV, type PlannedView } from './ring';
import { hemispherePoses, spherePoses, topPose } from './sphere';

export interface CapturePlan {
  strategy: PlannedStrategy;
  bounds: Bounds;
  /** How many views. A cube has six whatever is asked for. */
  count: number;
  /** Edge of the square picture, pixels. */
  size: number;
  /** For what is left to chance; the same seed gives the same views. */
  seed?: number | undefined;
}

/** Fewer views than this of a room are all from inside: they show more. */
const DOLLHOUSE_FROM = 4;

/** The views of a strategy, in the order in which they are taken. The same plan always gives the same numbers. */
export function planViews({ strategy, bounds, count, size, seed = 0 }: CapturePlan): PlannedView[] {
  const views = (poses: CameraPose[], fovY: number, extra: Partial<PlannedView> = {}): PlannedView[] =>
    poses.map((pose) => ({ pose, intrinsics: squareIntrinsics(pose, bounds, size, fovY), strategy, ...extra }));
  switch (strategy) {
    case 'ring':
      return ringViews({ bounds, count, size });
    case 'ring-top':
      return views([...(count > 1 ? ringPoses({ bounds, count: count - 1 }) : []), topPose(bounds)], VIEW_FOV);
    case 'hemisphere':
      return views(hemispherePoses(bounds, count), VIEW_FOV);
    case 'sphere':
      return views(spherePoses(bounds, count), VIEW_FOV);
    case 'cube':
      return views(cubePoses(bounds), CUBE_FOV);
    case 'room': {
      const outside = count >= DOLLHOUSE_FROM ? dollhousePoses(bounds) : [];
      return [
        ...views(outside, VIEW_FOV, { seed, culled: true }),
        ...views(insidePoses(bounds, count - outside.length, seed), INSIDE_FOV, { seed }),
      ];
    }
  }
}

/** What suits a scene when nobody has chosen. */
export const defaultStrategy = (room: boolean): AskedStrategy => (room ? 'coverage' : 'ring');
