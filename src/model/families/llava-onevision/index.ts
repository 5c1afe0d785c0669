// SPDX-License-Identifier: Apache-2.0
/**
 * LLaVA-OneVision and LLaVA-Video (2024): SigLIP, a projector of two layers, Qwen2. Frames of a video are pooled to a
 * quarter of their tokens.
 */

import { z } from 'zod';
import { PLAIN_CAPTIONS, promptSpans, type CaptionStyle } from '../../../sequence';
import { say } from '../../../contract';
import type { LlavaPictures } from '../../config';
import { templatePrompt } from '../chat-template';
import { check, unsupported } from '../checks';
import type { Family } from '../family';
import { gridsOf, mostTilesOf, parseLlavaConfig, parseLlavaPixels, pinpointsSchema } from '../llava/config';
import { isOriginal, limitsTiles, parseOriginalConfig } from '../llava/original';
import { llavaPlan } from '../llava/pictures';

const kindSchema = z.looseObject({
  model_type: z.string().optional(),
  architectures: z.array(z.string()).nullish(),
  image_aspect_ratio: z.string().nullish(),
  vision_aspect_ratio: z.string().default('anyres_max_9'),
  image_grid_pinpoints: pinpointsSchema,
  image_token_index: z.number().optional(),
  image_token_id: z.number().optional(),
  vision_config: z.looseObject({ image_size: z.number().int().positive().default(384) }).optional(),
});

/** `LlavaOnevisionConfig`'s default, [height, width] in tiles. */
const GRIDS = [1, 2, 3, 4, 5, 6].flatMap((rows) => [1, 2, 3, 4, 5, 6].map((columns) => ({ rows, columns })));

/** `<image>` in Qwen2's tokenizer as LLaVA-OneVision extends it. */
const IMAGE_TOKEN = 151646;

/**
 * LLaVA-Video is told the length and the times after the frames. Source: the model card's example
 * (`add_time_instruction`).
 */
const VIDEO_CAPTIONS: CaptionStyle = {
  always: true,
  time: () => '',
  closing: ({ times, duration }) =>
    `The video lasts for ${duration.toFixed(2)} seconds, and ${times.length} frames are uniformly sampled from it. ` +
    `These frames are located at ${times.map((time) => `${time.toFixed(2)}s`).join(',')}.` +
    'Please answer the following questions related to this video.\n',
};

export const llavaOneVision: Family = {
  name: 'llava-onevision',
  title: 'LLaVA-OneVision',
  owns: (kind) => (isOriginal(kind) ? limitsTiles(kind) : kind.model_type === 'llava_onevision'),
  parseConfig: (json) => {
    const kind = check(kindSchema, json, 'config.json');
    if (isOriginal(kind)) return parseOriginalConfig(json, 'llava-onevision');
    return parseLlavaConfig(
      { ...kind, image_token_index: kind.image_token_index ?? kind.image_token_id ?? IMAGE_TOKEN },
      {
        family: 'llava-onevision',
        layout: 'published',
        missing: { vision: 'siglip_vision_model', text: 'qwen2' },
        featureLayer: -1,
        strategy: 'full',
        pictures: pictures(kind),
      },
    );
  },
  parsePixels: parseLlavaPixels,
  inputFormat: (config, pixels, template) => ({
    captions: config.llava?.video?.newline === 'row' ? VIDEO_CAPTIONS : PLAIN_CAPTIONS,
    prompt: (turns, system, isControl) =>
      template === undefined || config.layout === 'original'
        ? promptSpans(turns, system, 'video')
        : templatePrompt(template, turns, system, isControl),
    plan: (size, way) => llavaPlan(size, way, config, pixels),
    endsVideo: config.llava?.video?.newline === 'end',
    needsNewline: true,
  }),
};

function pictures(kind: z.output<typeof kindSchema>): LlavaPictures {
  const side = kind.vision_config?.image_size ?? 384;
  const { image_grid_pinpoints: points, vision_aspect_ratio: aspect } = kind;
  const mostTiles = mostTilesOf(aspect);
  if (typeof mostTiles !== 'number' || typeof points === 'string')
    throw unsupported(say`it tiles pictures by "${aspect}"`);
  return {
    anyRes: { grids: points ? gridsOf(points, side, true) : GRIDS, mostTiles, rounds: true },
    several: { fit: 'pad', newline: true },
    video: { newline: 'end' },
  };
}
