// SPDX-License-Identifier: Apache-2.0
/**
 * Converts config.json of the original checkpoints (lmms-lab/llava-next-interleave-qwen-*, `llava_qwen`) to the field
 * names of the Hugging Face port, so that one parser checks both. Pure. Source: LLaVA-NeXT, llava/model/llava_arch.py
 * and multimodal_encoder/siglip_encoder.py.
 */

import { z } from 'zod';

/** Vision towers that the original configs only name. */
const TOWERS: Record<string, object> = {
  'siglip-so400m-patch14-384': {
    model_type: 'siglip_vision_model',
    hidden_size: 1152,
    intermediate_size: 4304,
    num_hidden_layers: 27,
    num_attention_heads: 16,
    image_size: 384,
    patch_size: 14,
  },
};

/** The id of `<image>` in the port's tokenizer; the original uses an id of its own, -200. */
const IMAGE_TOKEN = 151646;

const originalSchema = z.looseObject({
  mm_vision_tower: z.string(),
  mm_projector_type: z.string().default('linear'),
  mm_resampler_type: z.string().nullish(),
  image_token_index: z.number().optional(),
  tie_word_embeddings: z.boolean().default(false),
  /** Absent in the published configs: describes a tower of another size, as the port does. */
  vision_config: z.looseObject({}).optional(),
});

const kindSchema = z.looseObject({ architectures: z.array(z.string()).nullish(), model_type: z.string().optional() });

export function isOriginalConfig(json: unknown): boolean {
  const kind = kindSchema.safeParse(json);
  return (
    kind.success && (kind.data.architectures?.[0] === 'LlavaQwenForCausalLM' || kind.data.model_type === 'llava_qwen')
  );
}

/**
 * The config in the port's format. Settings that the port does not have are passed on under a name that the port's
 * parser refuses and reports.
 * @param json a config for which `isOriginalConfig` is true.
 */
export function asPublishedConfig(json: unknown): unknown {
  const parsed = originalSchema.safeParse(json);
  if (!parsed.success) return { model_type: 'llava_qwen without a vision tower' };
  const o = parsed.data;
  const tower = o.mm_vision_tower.split('/').at(-1)!;
  return {
    model_type: 'llava',
    architectures: ['LlavaForConditionalGeneration'],
    image_token_index: o.image_token_index ?? IMAGE_TOKEN,
    projector_hidden_act: o.mm_projector_type === 'mlp2x_gelu' ? 'gelu' : o.mm_projector_type,
    // The original removes the tower's last layer and takes all tokens, regardless of mm_vision_select_layer.
    vision_feature_layer: -2,
    vision_feature_select_strategy: o.mm_resampler_type == null ? 'full' : o.mm_resampler_type,
    tie_word_embeddings: o.tie_word_embeddings,
    vision_config: o.vision_config ?? TOWERS[tower] ?? { model_type: tower },
    text_config: { ...o, vision_config: undefined, model_type: 'qwen2' },
  };
}
