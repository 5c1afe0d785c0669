// SPDX-License-Identifier: Apache-2.0
/**
 * Reads config.json of the original checkpoints (lmms-lab's, `llava_qwen`), in the field names of transformers so that
 * one parser checks both. Pure. Source: LLaVA-NeXT, llava/model/llava_arch.py and multimodal_encoder/siglip_encoder.py.
 */

import { z } from 'zod';
import type { FamilyName, LlavaPictures, ModelConfig } from '../../config';
import { check, unsupported } from '../checks';
import type { ConfigKind } from '../family';
import { say } from '../../../contract';
import { gridsOf, mostTilesOf, parseLlavaConfig, pinpointRange, pinpointsSchema } from './config';

/** Vision towers that the original configs only name. */
const TOWERS: Record<string, { image_size: number }> = {
  'siglip-so400m-patch14-384': {
    model_type: 'siglip_vision_model',
    hidden_size: 1152,
    intermediate_size: 4304,
    num_hidden_layers: 27,
    num_attention_heads: 16,
    image_size: 384,
    patch_size: 14,
  } as { image_size: number },
};

/** The id of `<image>` in the port's tokenizer; the original uses an id of its own, -200. */
const IMAGE_TOKEN = 151646;

const originalSchema = z.looseObject({
  mm_vision_tower: z.string(),
  mm_projector_type: z.string().default('linear'),
  mm_resampler_type: z.string().nullish(),
  mm_patch_merge_type: z.string().default('flat'),
  mm_newline_position: z.string().default('one_token'),
  mm_spatial_pool_mode: z.string().nullish(),
  mm_spatial_pool_stride: z.number().nullish(),
  add_faster_video: z.boolean().nullish(),
  image_aspect_ratio: z.string().nullish(),
  image_grid_pinpoints: pinpointsSchema,
  image_token_index: z.number().optional(),
  tie_word_embeddings: z.boolean().default(false),
  /** Absent in the published configs: describes a tower of another size, as the port does. */
  vision_config: z.looseObject({ image_size: z.number().int().positive() }).optional(),
});

export const isOriginal = ({ architectures, model_type }: ConfigKind): boolean =>
  architectures?.[0] === 'LlavaQwenForCausalLM' || model_type === 'llava_qwen';

/** Whether an original checkpoint is of LLaVA-OneVision or LLaVA-Video: only these limit the tiles. */
export const limitsTiles = ({ image_aspect_ratio }: ConfigKind): boolean =>
  typeof mostTilesOf(image_aspect_ratio) === 'number';

const NEWLINES: Record<string, 'row' | 'picture' | 'end' | 'none'> = {
  grid: 'row',
  frame: 'picture',
  one_token: 'end',
  no_token: 'none',
};

/**
 * @param family LLaVA-NeXT-Interleave squashes several pictures and does not pool frames; LLaVA-OneVision and LLaVA-Video
 *   pad and pool.
 * @throws ZoetropeError as `parseLlavaConfig`.
 */
export function parseOriginalConfig(json: unknown, family: FamilyName): ModelConfig {
  const { success } = originalSchema.pick({ mm_vision_tower: true }).safeParse(json);
  if (!success) throw unsupported(say`its architecture is llava_qwen without a vision tower`);
  const o = check(originalSchema, json, 'config.json');
  const name = o.mm_vision_tower.split('/').at(-1)!;
  const tower = o.vision_config ?? TOWERS[name];
  const published = {
    image_token_index: o.image_token_index ?? IMAGE_TOKEN,
    projector_hidden_act: o.mm_projector_type === 'mlp2x_gelu' ? 'gelu' : o.mm_projector_type,
    // The original removes the tower's last layer and takes all tokens, regardless of mm_vision_select_layer.
    vision_feature_layer: -2,
    vision_feature_select_strategy: o.mm_resampler_type ?? 'full',
    tie_word_embeddings: o.tie_word_embeddings,
    vision_config: tower ?? { model_type: name },
    text_config: { ...o, vision_config: undefined, model_type: 'qwen2' },
  };
  return parseLlavaConfig(published, {
    family,
    layout: 'original',
    missing: { vision: 'clip_vision_model', text: 'llama' },
    featureLayer: -2,
    strategy: 'full',
    pictures: tower && pictures(o, tower.image_size, family),
  });
}

function pictures(o: z.output<typeof originalSchema>, side: number, family: FamilyName): LlavaPictures {
  const isOneVision = family === 'llava-onevision';
  const mostTiles = mostTilesOf(o.image_aspect_ratio);
  const unpads = o.mm_patch_merge_type === 'spatial_unpad';
  const { image_grid_pinpoints: pinpoints } = o;
  if (isOneVision && !unpads) throw unsupported(say`it joins tiles by "${o.mm_patch_merge_type}"`);
  if (o.add_faster_video) throw unsupported(say`it pools some frames of a video more than others`);
  const newline = NEWLINES[o.mm_newline_position];
  if (isOneVision && !newline) throw unsupported(say`it ends frames by "${o.mm_newline_position}"`);
  const pools = (o.mm_spatial_pool_mode ?? 'bilinear') === 'bilinear' && (o.mm_spatial_pool_stride ?? 2) === 2;
  if (isOneVision && !pools) throw unsupported(say`it pools frames by "${o.mm_spatial_pool_mode ?? ''}"`);
  const points = typeof pinpoints === 'string' ? pinpointRange(pinpoints, side) : pinpoints;
  return {
    anyRes:
      points && mostTiles !== null && unpads
        ? { grids: gridsOf(points, side, false), mostTiles, rounds: false }
        : undefined,
    // The original appends image_newline to a picture of one tile as well.
    several: { fit: isOneVision ? 'pad' : 'squash', newline: unpads },
    video: isOneVision ? { newline: newline! } : undefined,
  };
}
