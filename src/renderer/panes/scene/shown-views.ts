// SPDX-License-Identifier: Apache-2.0
import { poseInScene, type Matrix4 } from '../../../camera';
import type { Item } from '../../../contract';
import type { ShownView } from '../../../scene';

/** The cameras of the views that were taken of the scene in its current state, in its coordinates. */
export const shownViews = (
  items: readonly Item[],
  hash: string | null,
  fileToScene: Matrix4 | undefined,
): ShownView[] =>
  items.flatMap(({ id, origin }) => {
    if (origin.kind !== 'view' || origin.sceneHash !== hash) return [];
    const { intrinsics, culled, bothSides } = origin;
    return [{ id, pose: poseInScene(origin, fileToScene), intrinsics, culled, bothSides }];
  });
