// SPDX-License-Identifier: Apache-2.0
import type { AskedStrategy, CameraPose, PlannedStrategy } from '../../contract';
import type { Bounds } from '../bounds';
import { CUBE_FOV, cubePoses, dollhousePoses, INSIDE_FOV, insidePoses } from './inside';
import { ringPoses, ringViews, squareIntrinsics, VIEW_FOV, type PlannedView } from './ring';
import { hemispherePoses, spherePoses, topPose } from './sphere';

export interface CapturePlan {
  strategy: PlannedStrategy;
  bounds: Bounds;
  /** How many views. A cube always has six. */
  count: number;
  /** Edge of the square picture, in pixels. */
  size: number;
  /** For random choices; the same seed gives the same views. */
  seed?: number | undefined;
}

/** With fewer views than this, all views of a room are from inside, because they show more. */
const DOLLHOUSE_FROM = 4;

/** The views of a strategy, in the order in which they are captured. The same plan always gives the same numbers. */
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

/** The default strategy for a scene. */
export const defaultStrategy = (room: boolean): AskedStrategy => (room ? 'coverage' : 'ring');
