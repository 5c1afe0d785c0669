// SPDX-License-Identifier: Apache-2.0
/**
 * SmolVLM2 and SmolVLM (2025), whose files say `smolvlm` or `idefics3`: SigLIP with its last norm, neighbouring features joined by
 * pixel shuffle, Llama. Source: transformers, models/smolvlm.
 */

import { z } from 'zod';
import { say } from '../../../contract';
import type { ModelConfig, PixelSettings } from '../../config';
import { templatePrompt } from '../chat-template';
import {
  check,
  checkTiles,
  commonPixels,
  contradiction,
  count,
  otherSize,
  preprocessorSchema,
  textConfig,
  textSchema,
  unsupported,
  visionConfig,
  visionSchema,
} from '../checks';
import type { Family } from '../family';
import { SMOL_CAPTIONS } from './captions';
import { smolPlan } from './pictures';

const kindSchema = z.looseObject({
  vision_config: z.looseObject({ model_type: z.string().optional() }).optional(),
  text_config: z.looseObject({ model_type: z.string().default('llama') }).default({ model_type: 'llama' }),
});

/** With the defaults of `SmolVLMConfig`, `SmolVLMVisionConfig` and `LlamaConfig`. */
const configSchema = z.looseObject({
  image_token_id: z.number().int().nonnegative().default(128257),
  scale_factor: z.number().int().positive().max(64).default(2),
  tie_word_embeddings: z.boolean().default(false),
  vision_config: visionSchema.extend({
    hidden_size: count.default(1152),
    intermediate_size: count.default(3072),
    num_attention_heads: count.default(16),
    patch_size: count.default(32),
  }),
  text_config: textSchema.extend({
    intermediate_size: count.default(11008),
    vocab_size: count.default(32000),
    max_position_embeddings: count.default(2048),
    rms_norm_eps: z.number().positive().default(1e-5),
  }),
});

const edge = z.looseObject({ longest_edge: count });

const pixelsSchema = preprocessorSchema.extend({
  resample: z.number().int().default(1),
  max_image_size: edge.optional(),
  video_sampling: z.looseObject({ video_size: edge }).optional(),
});

/** The chat template of the published models, for those that come without it. */
const TEMPLATE =
  "<|im_start|>{% for message in messages %}{{message['role'] | capitalize}}" +
  "{% if message['content'][0]['type'] == 'image' %}{{':'}}{% else %}{{': '}}{% endif %}" +
  "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}" +
  "{% elif line['type'] == 'image' %}{{ '<image>' }}{% elif line['type'] == 'video' %}{{ '<video>' }}{% endif %}{% endfor %}" +
  "<end_of_utterance>\n{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}";

export const smolVlm: Family = {
  name: 'smolvlm',
  title: 'SmolVLM2',
  owns: ({ model_type }) => model_type === 'smolvlm' || model_type === 'idefics3',
  parseConfig,
  parsePixels,
  inputFormat: (config, pixels, template) => ({
    captions: SMOL_CAPTIONS,
    prompt: (turns, system, isControl) => templatePrompt(templateFor(template), turns, system, isControl),
    plan: (size, way) => smolPlan(size, way, config, pixels),
    endsVideo: false,
    needsNewline: false,
  }),
};

/** transformers too replaces the templates of SmolVLM that know no videos. */
const templateFor = (own: string | undefined): string =>
  own !== undefined && (own.includes("'video'") || !own.includes('<|im_start|>')) ? own : TEMPLATE;

function parseConfig(json: unknown): ModelConfig {
  const kind = check(kindSchema, json, 'config.json');
  const text = kind.text_config.model_type;
  if (text !== 'llama') throw unsupported(say`its language model is ${text}`);
  const c = check(configSchema, json, 'config.json');
  const v = c.vision_config;
  const side = Math.floor(v.image_size / v.patch_size);
  if (side % c.scale_factor)
    throw contradiction(say`${side} patches on a side do not divide by the scale factor ${c.scale_factor}`);
  return {
    family: 'smolvlm',
    layout: 'published',
    vision: visionConfig(v, { layers: v.num_hidden_layers, postNorm: true }),
    text: textConfig(c.text_config, {
      kind: 'llama',
      tiedHead: c.tie_word_embeddings,
      imageTokenId: c.image_token_id,
    }),
    projector: { kind: 'shuffle', factor: c.scale_factor },
    imageTokenId: c.image_token_id,
    tokensPerTile: (side / c.scale_factor) ** 2,
  };
}

function parsePixels(json: unknown, file: string, { vision: { imageSize } }: ModelConfig): PixelSettings {
  const p = check(pixelsSchema, json, file);
  const tile = p.max_image_size?.longest_edge ?? imageSize;
  if (tile !== imageSize) throw otherSize(file, tile, tile, imageSize);
  const picture = p.size && 'longestEdge' in p.size ? p.size.longestEdge : 4 * imageSize;
  const most = Math.ceil(picture / imageSize);
  checkTiles({ columns: most, rows: most });
  const frame = p.video_sampling?.video_size.longest_edge ?? imageSize;
  return { width: imageSize, height: imageSize, ...commonPixels(p), longestEdge: { picture, frame } };
}
