// SPDX-License-Identifier: Apache-2.0
/** The families of models that run, one folder each ([guide](../../../docs/guides/new-family.md)). */

import { z } from 'zod';
import { say } from '../../contract';
import { check, unsupported } from './checks';
import type { Family } from './family';
import { llavaInterleave } from './llava-interleave';
import { llavaOneVision } from './llava-onevision';
import { qwen3Vl } from './qwen3-vl';
import { smolVlm } from './smolvlm';

export { planTokens, squareInput } from './family';
export type { EncoderInput, Family, InputFormat, PicturePlan } from './family';
export { generationEndIds } from './checks';

export const FAMILIES: readonly Family[] = [llavaInterleave, llavaOneVision, smolVlm, qwen3Vl];

const kindSchema = z.looseObject({
  model_type: z.string().optional(),
  architectures: z.array(z.string()).nullish(),
  image_aspect_ratio: z.string().nullish(),
});

/**
 * The family of a config.json.
 * @throws ZoetropeError `model-unsupported` for another architecture, naming it; `model-broken` for no config at all.
 */
export function familyOf(json: unknown): Family {
  const kind = check(kindSchema, json, 'config.json');
  const family = FAMILIES.find(({ owns }) => owns(kind));
  if (family) return family;
  throw unsupported(say`its architecture is ${kind.architectures?.[0] ?? kind.model_type ?? 'unknown'}`);
}
