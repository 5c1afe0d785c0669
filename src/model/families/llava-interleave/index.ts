// SPDX-License-Identifier: Apache-2.0
/** LLaVA-NeXT-Interleave (2024): SigLIP, a projector of two layers, Qwen1.5. */

import { z } from 'zod';
import { PLAIN_CAPTIONS, promptSpans } from '../../../sequence';
import { check } from '../checks';
import type { Family } from '../family';
import { parseLlavaConfig, parseLlavaPixels } from '../llava/config';
import { isOriginal, limitsTiles, parseOriginalConfig } from '../llava/original';
import { llavaPlan } from '../llava/pictures';

const kindSchema = z.looseObject({ model_type: z.string().optional(), architectures: z.array(z.string()).nullish() });

export const llavaInterleave: Family = {
  name: 'llava-interleave',
  title: 'LLaVA-NeXT-Interleave',
  owns: (kind) =>
    isOriginal(kind)
      ? !limitsTiles(kind)
      : kind.model_type === 'llava' &&
        (kind.architectures?.[0] ?? 'LlavaForConditionalGeneration') === 'LlavaForConditionalGeneration',
  parseConfig: (json) =>
    isOriginal(check(kindSchema, json, 'config.json'))
      ? parseOriginalConfig(json, 'llava-interleave')
      : parseLlavaConfig(json, {
          family: 'llava-interleave',
          layout: 'published',
          // LlavaConfig's own defaults are CLIP and Llama, so a missing type also means another model.
          missing: { vision: 'clip_vision_model', text: 'llama' },
          featureLayer: -2,
          strategy: 'default',
          pictures: undefined,
        }),
  parsePixels: parseLlavaPixels,
  inputFormat: (config, pixels) => ({
    captions: PLAIN_CAPTIONS,
    // As in the published benchmark; the template of the published files puts all pictures first.
    prompt: (turns, system) => promptSpans(turns, system),
    plan: (size, way) => llavaPlan(size, way, config, pixels),
    endsVideo: false,
    needsNewline: config.llava !== undefined && (config.llava.several.newline || config.llava.anyRes !== undefined),
  }),
};
