// SPDX-License-Identifier: Apache-2.0
/** Parts of config.json and preprocessor_config.json that several families have, and the errors about them. Pure. */

import { z } from 'zod';
import { say, ZoetropeError, type Sentence } from '../../contract';
import type { PixelSettings, TextConfig, VisionConfig } from '../config';

/** A size or a number of things. */
export const count = z.number().int().positive().max(1e7);
const ids = z
  .union([z.number().int(), z.array(z.number().int())])
  .nullish()
  .transform((v) => (v == null ? [] : Array.isArray(v) ? v : [v]));

/** `SiglipVisionConfig` with transformers' defaults. */
export const visionSchema = z.looseObject({
  hidden_size: count.default(768),
  intermediate_size: count.default(3072),
  num_hidden_layers: count.default(12),
  num_attention_heads: count.default(12),
  num_channels: z.literal(3).default(3),
  image_size: count.default(224),
  patch_size: count.default(16),
  hidden_act: z.string().default('gelu_pytorch_tanh'),
  layer_norm_eps: z.number().positive().default(1e-6),
});

export const ropeSchema = z.looseObject({
  rope_theta: z.number().positive().optional(),
  rope_type: z.string().optional(),
  type: z.string().optional(),
});

/** `Qwen2Config` with transformers' defaults; `LlamaConfig` needs all that differ, which its files always hold. */
export const textSchema = z.looseObject({
  hidden_size: count.default(4096),
  intermediate_size: count.default(22016),
  num_hidden_layers: count.default(32),
  num_attention_heads: count.default(32),
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  vocab_size: count.default(151936),
  max_position_embeddings: count.default(32768),
  hidden_act: z.string().default('silu'),
  rms_norm_eps: z.number().positive().default(1e-6),
  rope_theta: z.number().positive().nullish(),
  rope_scaling: ropeSchema.nullish(),
  rope_parameters: ropeSchema.nullish(),
  use_sliding_window: z.boolean().default(false),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  tie_word_embeddings: z.boolean().default(false),
  eos_token_id: ids,
});

/** PIL's numbers of its filters. */
const FILTERS: Record<number, PixelSettings['filter']> = { 1: 'lanczos', 3: 'bicubic' };
const BICUBIC = 3;

// A number, both sides, or the shorter or longer side.
const sizeSchema = z
  .union([
    count.transform((n) => ({ width: n, height: n })),
    z.looseObject({ height: count, width: count }).transform((s) => ({ width: s.width, height: s.height })),
    z.looseObject({ shortest_edge: count }).transform((s) => ({ shortestEdge: s.shortest_edge })),
    z.looseObject({ longest_edge: count }).transform((s) => ({ longestEdge: s.longest_edge })),
  ])
  .nullish();

const colour = z.tuple([z.number(), z.number(), z.number()]);

export const preprocessorSchema = z.looseObject({
  image_processor_type: z.string().default(''),
  do_resize: z.boolean().default(true),
  do_center_crop: z.boolean().nullish(),
  do_pad: z.boolean().nullish(),
  do_rescale: z.boolean().default(true),
  do_normalize: z.boolean().default(true),
  resample: z.number().int().default(BICUBIC),
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
  image_mean: colour.default([0.5, 0.5, 0.5]),
  image_std: colour.default([0.5, 0.5, 0.5]),
  size: sizeSchema,
  crop_size: sizeSchema,
});

const generationSchema = z.looseObject({
  eos_token_id: ids,
});

/** The ids that end an answer according to `generation_config.json`; pass `{}` for a model without one. */
export const generationEndIds = (json: unknown): number[] =>
  check(generationSchema, json, 'generation_config.json').eos_token_id;

/** @throws ZoetropeError `model-broken`, naming the file and the field. */
export function check<T extends z.ZodType>(schema: T, value: unknown, file: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue?.path.join('.') ?? '';
  throw new ZoetropeError(
    'model-broken',
    where === ''
      ? say`The model's file ${file} is not valid.`
      : say`The model's file ${file} is not valid at "${where}".`,
    say`Download the model again, or choose another one.`,
    result.error.message,
  );
}

/** The error for a model that does not run, and which ones do. */
export function unsupported(what: Sentence): ZoetropeError {
  return new ZoetropeError(
    'model-unsupported',
    say`This model cannot be used: ${what}.`,
    say`LLaVA-NeXT-Interleave, LLaVA-OneVision, LLaVA-Video, SmolVLM2 and Qwen3-VL run here. For another model, use a server that runs it.`,
  );
}

/** The error for a config.json that contradicts itself. */
export const contradiction = (what: Sentence): ZoetropeError =>
  new ZoetropeError(
    'model-broken',
    say`The model's file config.json contradicts itself: ${what}.`,
    say`Download the model again, or choose another one.`,
  );

/** @param layers of the tower that are run. */
export function visionConfig(
  v: z.output<typeof visionSchema>,
  { layers, postNorm }: Pick<VisionConfig, 'layers' | 'postNorm'>,
): VisionConfig {
  const activations: Record<string, VisionConfig['activation']> = { gelu_pytorch_tanh: 'gelu_tanh', gelu: 'gelu' };
  const activation = activations[v.hidden_act];
  if (!activation) throw unsupported(say`its vision tower uses the activation ${v.hidden_act}`);
  if (layers < 0 || layers > v.num_hidden_layers) throw contradiction(say`there is no vision layer ${layers}`);
  if (v.image_size < v.patch_size) throw contradiction(say`a patch is larger than the picture`);
  if (v.hidden_size % v.num_attention_heads) throw contradiction(say`the vision width does not divide by its heads`);
  return {
    hiddenSize: v.hidden_size,
    intermediateSize: v.intermediate_size,
    layers,
    heads: v.num_attention_heads,
    imageSize: v.image_size,
    patchSize: v.patch_size,
    epsilon: v.layer_norm_eps,
    activation,
    postNorm,
  };
}

/** @param imageTokenId the id of the picture token, which has to lie in the vocabulary. */
export function textConfig(
  t: z.output<typeof textSchema>,
  { kind, tiedHead, imageTokenId }: { kind: 'qwen2' | 'qwen3' | 'llama'; tiedHead: boolean; imageTokenId: number },
): TextConfig {
  if (t.hidden_act !== 'silu') throw unsupported(say`its language model uses the activation ${t.hidden_act}`);
  if (t.use_sliding_window) throw unsupported(say`its language model attends through a sliding window`);
  const ropeKind = t.rope_scaling?.rope_type ?? t.rope_scaling?.type ?? t.rope_parameters?.rope_type ?? 'default';
  if (ropeKind !== 'default') throw unsupported(say`its language model stretches positions (${ropeKind})`);
  if (kind !== 'qwen2' && (t.attention_bias || t.mlp_bias)) throw unsupported(say`its language model has biases`);
  const kvHeads = t.num_key_value_heads ?? t.num_attention_heads;
  const headDim = t.head_dim ?? t.hidden_size / t.num_attention_heads;
  if (!Number.isInteger(headDim) || headDim % 2)
    throw contradiction(say`the language width does not divide by its heads`);
  if (t.num_attention_heads % kvHeads) throw contradiction(say`the heads do not divide by the key and value heads`);
  if (imageTokenId >= t.vocab_size) throw contradiction(say`the picture token lies outside the vocabulary`);
  return {
    hiddenSize: t.hidden_size,
    intermediateSize: t.intermediate_size,
    layers: t.num_hidden_layers,
    heads: t.num_attention_heads,
    kvHeads,
    headDim,
    vocabSize: t.vocab_size,
    contextLength: t.max_position_embeddings,
    ropeTheta: t.rope_theta ?? t.rope_parameters?.rope_theta ?? 10000,
    epsilon: t.rms_norm_eps,
    attentionBias: kind === 'qwen2',
    ...(kind === 'qwen3' && { headNorm: true }),
    tiedHead: tiedHead || t.tie_word_embeddings,
    eosIds: t.eos_token_id,
  };
}

/** The settings that every family has. */
export function commonPixels(
  p: z.output<typeof preprocessorSchema>,
): Pick<PixelSettings, 'filter' | 'rescaleFactor' | 'mean' | 'std'> {
  const filter = FILTERS[p.resample];
  if (!filter) throw unsupported(say`its pictures are resized by filter ${p.resample}, not bicubic`);
  if (!p.do_resize) throw unsupported(say`its pictures are not resized`);
  return {
    filter,
    rescaleFactor: p.do_rescale ? p.rescale_factor : 1,
    mean: p.do_normalize ? p.image_mean : [0, 0, 0],
    std: p.do_normalize ? p.image_std : [1, 1, 1],
  };
}

/** Tiles of one picture: memory must stay bounded whatever a file says. The published models have up to 36. */
const MOST_TILES = 100;

/** @throws ZoetropeError `model-unsupported` for a grid of more tiles than any published model has. */
export function checkTiles<T extends { columns: number; rows: number }>(grid: T): T {
  if (grid.columns * grid.rows > MOST_TILES)
    throw unsupported(say`it cuts a picture into more than ${MOST_TILES} tiles`);
  return grid;
}

/** The error for pictures of another size than the tower takes. */
export const otherSize = (file: string, width: number, height: number, imageSize: number): ZoetropeError =>
  new ZoetropeError(
    'model-broken',
    say`The model's file ${file} asks for pictures of ${width} x ${height}, but the model takes ${imageSize} x ${imageSize}.`,
    say`Download the model again, or choose another one.`,
  );
