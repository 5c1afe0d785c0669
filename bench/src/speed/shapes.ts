// SPDX-License-Identifier: Apache-2.0
/** The shapes of the models that are measured, with the values of a model folder's config.json. */

/** The dimensions of a model, and the lengths measured with it. */
export interface Shape {
  config: {
    text: {
      hidden: number;
      intermediate: number;
      layers: number;
      heads: number;
      kvHeads: number;
      vocabulary: number;
      context: number;
    };
    vision: { hidden: number; intermediate: number; layers: number; heads: number; side: number; patch: number };
    imageToken: number;
  };
  /** Positions before a measured token. */
  decode: readonly number[];
  /** Positions of a measured prompt. */
  prefill: readonly number[];
  /** Positions of a conversation to which another picture is added. */
  append: number;
  /** Positions at which stalls and cancels are measured. */
  attention: number;
}

/**
 * - full: LLaVA-Interleave-Qwen-0.5B (SigLIP so400m, of which 26 layers are used, and Qwen1.5-0.5B);
 * - small: only for testing the benchmark itself.
 */
export const SHAPES = {
  full: {
    config: {
      text: {
        hidden: 1024,
        intermediate: 2816,
        layers: 24,
        heads: 16,
        kvHeads: 16,
        vocabulary: 152_000,
        context: 32_768,
      },
      vision: { hidden: 1152, intermediate: 4304, layers: 26, heads: 16, side: 384, patch: 14 },
      imageToken: 151_646,
    },
    decode: [512, 2048, 4096, 12_000],
    prefill: [512, 2048, 12_000],
    append: 15 * 729 + 100, // fifteen frames and a question
    attention: 2048,
  },
  small: {
    config: {
      text: { hidden: 64, intermediate: 96, layers: 2, heads: 4, kvHeads: 4, vocabulary: 512, context: 512 },
      vision: { hidden: 48, intermediate: 64, layers: 2, heads: 4, side: 28, patch: 14 },
      imageToken: 500,
    },
    decode: [16, 64],
    prefill: [16, 64],
    append: 64,
    attention: 64,
  },
} as const satisfies Record<string, Shape>;

export type Size = keyof typeof SHAPES;

/** Number of tokens per picture. */
export function pictureTokens({ config: { vision } }: Shape): number {
  return Math.floor(vision.side / vision.patch) ** 2;
}

/** config.json in the Hugging Face layout. */
export function configJson({ config: { text, vision, imageToken } }: Shape): object {
  return {
    architectures: ['LlavaForConditionalGeneration'],
    model_type: 'llava',
    image_token_index: imageToken,
    projector_hidden_act: 'gelu',
    vision_feature_layer: -1,
    vision_feature_select_strategy: 'full',
    tie_word_embeddings: true,
    vision_config: {
      model_type: 'siglip_vision_model',
      hidden_size: vision.hidden,
      intermediate_size: vision.intermediate,
      num_hidden_layers: vision.layers,
      num_attention_heads: vision.heads,
      image_size: vision.side,
      patch_size: vision.patch,
      vision_use_head: false,
    },
    text_config: {
      model_type: 'qwen2',
      hidden_size: text.hidden,
      intermediate_size: text.intermediate,
      num_hidden_layers: text.layers,
      num_attention_heads: text.heads,
      num_key_value_heads: text.kvHeads,
      vocab_size: text.vocabulary,
      max_position_embeddings: text.context,
      rope_theta: 1e6,
      rms_norm_eps: 1e-6,
      tie_word_embeddings: true,
    },
  };
}
