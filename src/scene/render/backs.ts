// SPDX-License-Identifier: Apache-2.0
import { BackSide, DoubleSide, FrontSide, type Material, type Mesh, type Object3D, type Side } from 'three';
import type { PlannedView } from '../../camera';

/** Which sides of surfaces a view shows, if that differs from the file. */
export type Sides = Pick<PlannedView, 'culled' | 'bothSides'>;

/** The parts of a planned view that determine how it is drawn. */
export type DrawnView = Pick<PlannedView, 'pose' | 'intrinsics'> & Sides;

/**
 * Draws every surface from its front only (`culled`, so that a room can be seen from outside) or from both sides.
 * Returns a function that undoes it.
 */
export function drawSides(root: Object3D, { culled, bothSides }: Sides): () => void {
  if (!culled && !bothSides) return () => undefined;
  const changed = new Map<Material, Side>();
  root.traverse((object) => {
    const { isMesh, material } = object as Mesh;
    if (!isMesh) return;
    for (const one of [material].flat())
      if (culled ? one.side === DoubleSide : one.side === FrontSide || one.side === BackSide)
        changed.set(one, one.side);
  });
  const draw = (sideOf: (own: Side) => Side): void => {
    for (const [material, own] of changed) {
      material.side = sideOf(own);
      material.needsUpdate = true; // which sides are lit is part of the shader
    }
  };
  draw(() => (culled ? FrontSide : DoubleSide));
  return () => draw((own) => own);
}
