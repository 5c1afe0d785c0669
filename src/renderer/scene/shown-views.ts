import type { Item } from '../../contract';
import type { ShownView } from './viewer';

/** The views that were taken of the scene as it is now, as cameras to stand in it. */
export const shownViews = (items: readonly Item[], hash: string | null): ShownView[] =>
  items.flatMap(({ id, origin }) =>
    origin.kind === 'view' && origin.sceneHash === hash
      ? [{ id, pose: origin.pose, intrinsics: origin.intrinsics, culled: origin.culled, bothSides: origin.bothSides }]
      : [],
  );
