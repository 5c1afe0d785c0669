// SPDX-License-Identifier: Apache-2.0
/**
 * Qwen3-VL (2025): a tower for pictures in their own shape, whose early features go into the first layers of the language model
 * too (DeepStack); Qwen3 with positions on three axes. Source: transformers, models/qwen3_vl.
 */

import { z } from 'zod';
import { say } from '../../../contract';
import type { ModelConfig, NativeVision, PixelSettings, TextConfig } from '../../config';
import { templatePrompt } from '../chat-template';
import {
  check,
  commonPixels,
  contradiction,
  count,
  preprocessorSchema,
  ropeSchema,
  textConfig,
  textSchema,
  unsupported,
  visionConfig,
  visionSchema,
} from '../checks';
import type { Family } from '../family';
import { qwenCaptions } from './captions';
import { MOST_TOKENS, qwenPlan } from './pictures';

const axesSchema = ropeSchema
  .extend({
    mrope_section: z.tuple([count, count, count]).default([24, 20, 20]),
    mrope_interleaved: z.boolean().default(true),
  })
  .nullish();

/** With the defaults of `Qwen3VLConfig`, `Qwen3VLVisionConfig` and `Qwen3VLTextConfig`. */
const configSchema = z.looseObject({
  image_token_id: z.number().int().nonnegative().default(151655),
  tie_word_embeddings: z.boolean().default(false),
  vision_config: z.looseObject({
    depth: count.default(27),
    hidden_size: count.default(1152),
    hidden_act: z.string().default('gelu_pytorch_tanh'),
    intermediate_size: count.default(4304),
    num_heads: count.default(16),
    in_channels: z.literal(3).default(3),
    patch_size: count.default(16),
    spatial_merge_size: count.max(16).default(2),
    temporal_patch_size: count.max(16).default(2),
    out_hidden_size: count.default(3584),
    num_position_embeddings: count.default(2304),
    deepstack_visual_indexes: z.array(z.number().int().nonnegative()).max(16).default([8, 16, 24]),
  }),
  text_config: textSchema.extend({
    head_dim: count.default(128),
    max_position_embeddings: count.default(128000),
    rope_scaling: axesSchema,
    rope_parameters: axesSchema,
  }),
});

/** In pixels. */
const area = z.number().int().positive().max(1e10);
const areaSchema = z.looseObject({ shortest_edge: area, longest_edge: area });
const partsSchema = {
  patch_size: count.optional(),
  merge_size: count.optional(),
  temporal_patch_size: count.optional(),
};
const pixelsSchema = preprocessorSchema.extend({
  ...partsSchema,
  size: areaSchema.default({ shortest_edge: 65_536, longest_edge: 16_777_216 }),
  video_processor: z.looseObject({ ...partsSchema, size: areaSchema.optional() }).default({}),
});
const VIDEO_AREA = { shortest_edge: 4096, longest_edge: 25_165_824 };

/** The chat template of the published models without tools, for those that come without it. */
const TEMPLATE =
  "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n'}}" +
  "{% for part in message['content'] %}{% if part['type'] == 'image' %}{{'<|vision_start|><|image_pad|><|vision_end|>'}}" +
  "{% elif part['type'] == 'video' %}{{'<|vision_start|><|video_pad|><|vision_end|>'}}{% else %}{{part['text']}}{% endif %}" +
  "{% endfor %}{{'<|im_end|>\n'}}{% endfor %}{% if add_generation_prompt %}{{'<|im_start|>assistant\n'}}{% endif %}";

/** The project's first release replaces the marks around a video too: each pair of frames has its own. */
const MARKS = { image: '<|image_pad|>', video: '<|vision_start|><|video_pad|><|vision_end|>' };

export const qwen3Vl: Family = {
  name: 'qwen3-vl',
  title: 'Qwen3-VL',
  owns: ({ model_type }) => model_type === 'qwen3_vl',
  parseConfig,
  parsePixels,
  inputFormat: (config, pixels, template) => ({
    captions: qwenCaptions(config.vision.native!.frames),
    prompt: (turns, system, isControl) => templatePrompt(template ?? TEMPLATE, turns, system, isControl, MARKS),
    plan: (size, way, frames = 1) => qwenPlan(size, way, frames, config, pixels),
    together: config.vision.native!.frames,
    endsVideo: false,
    needsNewline: false,
  }),
};

function parseConfig(json: unknown): ModelConfig {
  const c = check(configSchema, json, 'config.json');
  const v = c.vision_config;
  const native: NativeVision = {
    merge: v.spatial_merge_size,
    frames: v.temporal_patch_size,
    positionSide: Math.floor(Math.sqrt(v.num_position_embeddings)),
    deepLayers: v.deepstack_visual_indexes,
  };
  const text = parseText(c.text_config, c.tie_word_embeddings, c.image_token_id, native.deepLayers.length);
  if (native.positionSide ** 2 !== v.num_position_embeddings)
    throw contradiction(say`the positions of its vision tower are not a square`);
  if (native.deepLayers.some((layer) => layer >= v.depth))
    throw contradiction(say`there is no vision layer ${Math.max(...native.deepLayers)}`);
  if (native.frames > 2) throw unsupported(say`more than two of its frames share tokens`);
  if (new Set(native.deepLayers).size < native.deepLayers.length)
    throw unsupported(say`a vision layer goes into the language model twice`);
  if (v.out_hidden_size !== text.hiddenSize)
    throw contradiction(
      say`the vision tower makes features of ${v.out_hidden_size} values, and the language model takes ${text.hiddenSize}`,
    );
  if ((v.hidden_size / v.num_heads) % 4) throw contradiction(say`the vision width does not divide by its heads`);
  const factor = v.patch_size * native.merge;
  return {
    family: 'qwen3-vl',
    layout: 'published',
    vision: {
      ...visionConfig(
        visionSchema.parse({
          ...v,
          num_hidden_layers: v.depth,
          num_attention_heads: v.num_heads,
          // A square of about the most tokens of a frame.
          image_size: Math.floor(Math.sqrt(MOST_TOKENS.video)) * factor,
          layer_norm_eps: 1e-6,
        }),
        { layers: v.depth, postNorm: false },
      ),
      native,
    },
    text,
    projector: { kind: 'native' },
    imageTokenId: c.image_token_id,
    tokensPerTile: MOST_TOKENS.single,
  };
}

function parseText(
  t: z.output<typeof configSchema>['text_config'],
  tiedHead: boolean,
  imageTokenId: number,
  deepLayers: number,
): TextConfig {
  const rope = t.rope_scaling ?? t.rope_parameters;
  if (rope?.mrope_interleaved === false) throw unsupported(say`its positions on three axes are not interleaved`);
  const text = textConfig(
    { ...t, rope_theta: t.rope_theta ?? t.rope_parameters?.rope_theta ?? 500_000 },
    { kind: 'qwen3', tiedHead, imageTokenId },
  );
  const ropeSections = rope?.mrope_section ?? [24, 20, 20];
  if (ropeSections.reduce((a, b) => a + b, 0) !== text.headDim / 2)
    throw contradiction(say`the parts of its positions do not add up to half a head`);
  if (deepLayers > text.layers) throw contradiction(say`the language model has fewer layers than features for them`);
  return { ...text, ropeSections, deepLayers };
}

function parsePixels(json: unknown, file: string, { vision: { patchSize, native } }: ModelConfig): PixelSettings {
  const p = check(pixelsSchema, json, file);
  const { merge, frames } = native!;
  for (const part of [p, p.video_processor])
    if (
      (part.patch_size ?? patchSize) !== patchSize ||
      (part.merge_size ?? merge) !== merge ||
      (part.temporal_patch_size ?? frames) !== frames
    )
      throw contradiction(say`its pictures are cut into other patches than its vision tower takes`);
  const bounds = ({ shortest_edge, longest_edge }: z.output<typeof areaSchema>): { least: number; most: number } => ({
    least: Math.min(shortest_edge, longest_edge, MOST_TOKENS.several * (patchSize * merge) ** 2),
    most: longest_edge,
  });
  const side = Math.floor(Math.sqrt(MOST_TOKENS.video)) * patchSize * merge;
  return {
    width: side,
    height: side,
    ...commonPixels({ ...p, size: undefined }),
    area: { picture: bounds(p.size), video: bounds(p.video_processor.size ?? VIDEO_AREA) },
  };
}
