import { DoubleSide, FrontSide, type Material, type Mesh, type Object3D } from 'three';

/** Draws every surface from its front only, until what is returned is called: a room can be looked into from outside. */
export function hideBacks(root: Object3D): () => void {
  const changed = new Set<Material>();
  root.traverse((object) => {
    const { isMesh, material } = object as Mesh;
    if (!isMesh) return;
    for (const one of [material].flat()) if (one.side === DoubleSide) changed.add(one);
  });
  const draw = (side: typeof FrontSide | typeof DoubleSide): void => {
    for (const material of changed) {
      material.side = side;
      material.needsUpdate = true; // which sides are lit is part of the shader
    }
  };
  draw(FrontSide);
  return () => draw(DoubleSide);
}
