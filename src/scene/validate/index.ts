// SPDX-License-Identifier: Apache-2.0
import { type Allowance } from '../files/allowance';
import { readGlb, type Companions, type Glb } from './glb';
import { checkBudget, type SceneCost } from './budget';
import { decodersNeeded, refuseUnknownExtensions, type DecodersNeeded } from './extensions';

export { emptyScene, missingFiles, namedFiles, notAScene, readableUri, type Companions } from './glb';

export { allowanceFor, type Allowance } from '../files/allowance';
export { gigabytes } from './budget';
export { checkJson } from './json';
export { pictureSize, type PictureSize } from './picture-size';
export { fitted, textureEdge, MOST_PICTURES } from './textures';
export { dataUriBytes } from './data-uri';
export { aligned } from './align';
export { validate } from './validate';
export type { DecodersNeeded };

export interface CheckedScene {
  glb: Glb;
  cost: SceneCost;
  decoders: DecodersNeeded;
}

/** Checks everything that can be checked about a file before a loader reads it. Pure; throws `ZoetropeError`s. */
export function checkGlb(
  file: ArrayBuffer,
  name: string,
  companions?: Companions,
  allowance?: Allowance,
): CheckedScene {
  const glb = readGlb(file, name, companions);
  refuseUnknownExtensions(glb.gltf, name);
  const cost = checkBudget(glb, name, allowance);
  return { glb, cost, decoders: decodersNeeded(glb.gltf) };
}
