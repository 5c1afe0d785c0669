// SPDX-License-Identifier: Apache-2.0
import { say, type Sentence } from '../../contract';

const EXTENSION = 'KHR_materials_pbrSpecularGlossiness';

interface SpecularGlossiness {
  diffuseFactor?: number[];
  diffuseTexture?: object;
  glossinessFactor?: number;
}

export interface MaterialDef {
  pbrMetallicRoughness?: object;
  extensions?: Record<string, unknown>;
}

/**
 * For materials of an extension that three no longer supports (specular-glossiness): uses their diffuse colour as base
 * colour, unless the file defines a base colour as a fallback. Changes the document; returns how many materials it
 * changed.
 */
export function diffuseInstead({ materials }: { materials?: MaterialDef[] }): number {
  let changed = 0;
  for (const material of Array.isArray(materials) ? materials : []) {
    const old = material.extensions?.[EXTENSION] as SpecularGlossiness | undefined;
    const own = material.pbrMetallicRoughness ?? {};
    if (!old || 'baseColorFactor' in own || 'baseColorTexture' in own) continue;
    const { diffuseFactor, diffuseTexture, glossinessFactor = 1 } = old;
    material.pbrMetallicRoughness = {
      ...(diffuseFactor && { baseColorFactor: diffuseFactor }),
      ...(diffuseTexture && { baseColorTexture: diffuseTexture }),
      metallicFactor: 0,
      roughnessFactor: 1 - glossinessFactor,
    };
    changed++;
  }
  return changed;
}

export const diffuseNotes = (changed: number): Sentence[] =>
  changed > 0 ? [say`Materials of the specular-glossiness kind, shown by their diffuse colour: ${changed}.`] : [];
