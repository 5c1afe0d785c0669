// SPDX-License-Identifier: Apache-2.0
import { defaultStrategy, planViews, squareIntrinsics, type PlannedView } from '../../camera';
import { say, type AskedStrategy, type Bookmark, type GivenCamera } from '../../contract';
import { fileViews, planCoverage, planWalk, sceneOf, type CoverageOrder } from './plan-coverage';
import type { SceneViewer } from '../viewer/scene-viewer';
import { settleViews, type Settled } from './settle';

export interface CapturePlanOrder extends CoverageOrder {
  /** Null: chosen by the kind of scene. */
  strategy: AskedStrategy | 'bookmarks' | null;
  /** For `file`: used instead of the cameras in the scene's own file. */
  cameras?: readonly GivenCamera[] | undefined;
  /** For `bookmarks`, and for `path` where there are at least two. */
  places?: readonly Bookmark[];
}

/**
 * Plans the views of a strategy; each of them shows something.
 * @throws capture-failed
 */
export async function planCapture(
  viewer: SceneViewer,
  { strategy, cameras, places = [], ...order }: CapturePlanOrder,
): Promise<Settled> {
  const { bounds, facts } = sceneOf(viewer);
  const asked = strategy ?? defaultStrategy(facts.room);
  const plan = (): Promise<PlannedView[]> | PlannedView[] => {
    if (asked === 'coverage') return planCoverage(viewer, order);
    if (asked === 'path') return planWalk(viewer, places, order);
    if (asked === 'file') return fileViews(viewer, cameras, order.size);
    if (asked === 'bookmarks')
      return places.map(({ pose, fovY }) => ({
        pose,
        intrinsics: squareIntrinsics(pose, bounds, order.size, fovY),
        strategy: asked,
      }));
    return planViews({ strategy: asked, bounds, count: order.count, size: order.size, seed: order.seed });
  };
  const planned = await plan();
  const settled = await settleViews(viewer, planned, order.signal);
  const ring = asked === 'coverage' && planned[0]?.strategy === 'ring';
  return ring
    ? {
        ...settled,
        notes: [say`The scene has no surfaces to plan views by, so the views form a ring around it.`, ...settled.notes],
      }
    : settled;
}
