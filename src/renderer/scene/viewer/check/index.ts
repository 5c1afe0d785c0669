import { readGlb, type Glb } from './glb';
import { checkBudget, type SceneCost } from './budget';
import { decodersNeeded, refuseUnknownExtensions, type DecodersNeeded } from './extensions';

export { notAScene } from './glb';
export { dataUriBytes } from './data-uri';
export { validate } from './validate';
export type { DecodersNeeded };

export interface CheckedScene {
  glb: Glb;
  cost: SceneCost;
  decoders: DecodersNeeded;
}

/** Everything that can be known about a file before a loader touches it. Pure; throws the house's typed errors. */
export function checkGlb(file: ArrayBuffer, name: string): CheckedScene {
  const glb = readGlb(file, name);
  refuseUnknownExtensions(glb.gltf, name);
  return { glb, cost: checkBudget(glb, name), decoders: decodersNeeded(glb.gltf) };
}
