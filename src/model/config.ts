// SPDX-License-Identifier: Apache-2.0
/**
 * Parses config.json, preprocessor_config.json and generation_config.json of a LLaVA-NeXT-Interleave model in the
 * Hugging Face layout (config.json also in the original one). Values that the published files leave out get
 * transformers' defaults for `LlavaConfig`, `SiglipVisionConfig` and `Qwen2Config`. Pure.
 */

import { z } from 'zod';
import { say, ZoetropeError, type Sentence } from '../contract';
import { asPublishedConfig, isOriginalConfig } from './original-config';

/** The SigLIP tower. `imageSize` and `patchSize` in pixels, other sizes in values. */
export interface VisionConfig {
  hiddenSize: number;
  intermediateSize: number;
  /** Layers to run to reach the chosen feature layer; the tower may have more. */
  layers: number;
  heads: number;
  imageSize: number;
  patchSize: number;
  epsilon: number;
  activation: 'gelu_tanh' | 'gelu';
}

/** The Qwen2 language model. */
export interface TextConfig {
  hiddenSize: number;
  intermediateSize: number;
  layers: number;
  heads: number;
  kvHeads: number;
  headDim: number;
  vocabSize: number;
  /** In tokens. */
  contextLength: number;
  ropeTheta: number;
  epsilon: number;
  /** The output head shares the embedding table. */
  tiedHead: boolean;
  eosIds: number[];
}

export interface ModelConfig {
  /** Which project's files these are: the Hugging Face port's (llava-hf) or the original's (lmms-lab). */
  layout: 'published' | 'original';
  vision: VisionConfig;
  text: TextConfig;
  imageTokenId: number;
  /** Tokens per picture: (imageSize / patchSize, rounded down) squared. */
  tokensPerImage: number;
  projectorBias: boolean;
}

/** How a picture becomes `pixel_values`: resize to width x height, times `rescaleFactor`, minus mean, over std. */
export interface PixelSettings {
  width: number;
  height: number;
  /** If a centre crop follows, what it is resized to before it: a size, or the length of the shorter side. */
  cutFrom?: { width: number; height: number } | { shortestEdge: number };
  rescaleFactor: number;
  mean: [number, number, number];
  std: [number, number, number];
}

const count = z.number().int().positive().max(1e7);
const ids = z
  .union([z.number().int(), z.array(z.number().int())])
  .nullish()
  .transform((v) => (v == null ? [] : Array.isArray(v) ? v : [v]));

const visionSchema = z.looseObject({
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

const ropeSchema = z.looseObject({
  rope_theta: z.number().positive().optional(),
  rope_type: z.string().optional(),
  type: z.string().optional(),
});

const textSchema = z.looseObject({
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
  rope_theta: z.number().positive().optional(),
  rope_scaling: ropeSchema.nullish(),
  rope_parameters: ropeSchema.nullish(),
  use_sliding_window: z.boolean().default(false),
  tie_word_embeddings: z.boolean().default(false),
  eos_token_id: ids,
});

const configSchema = z.looseObject({
  image_token_index: z.number().int().nonnegative().optional(),
  image_token_id: z.number().int().nonnegative().optional(),
  projector_hidden_act: z.string().default('gelu'),
  multimodal_projector_bias: z.boolean().default(true),
  vision_feature_layer: z.union([z.number().int(), z.array(z.number().int())]).default(-2),
  vision_feature_select_strategy: z.string().default('default'),
  tie_word_embeddings: z.boolean().default(false),
  vision_config: visionSchema,
  text_config: textSchema,
});

/** Checked before the full schema, so that another architecture is named instead of "field missing". */
const kindSchema = z.looseObject({
  model_type: z.string().optional(),
  architectures: z.array(z.string()).nullish(),
  vision_config: z.looseObject({ model_type: z.string().optional() }).optional(),
  text_config: z.looseObject({ model_type: z.string().optional() }).optional(),
});

/** PIL's number of the bicubic filter. */
const BICUBIC = 3;

// A number, both sides, or the shorter side.
const sizeSchema = z
  .union([
    count.transform((n) => ({ width: n, height: n })),
    z.looseObject({ height: count, width: count }).transform((s) => ({ width: s.width, height: s.height })),
    z.looseObject({ shortest_edge: count }).transform((s) => ({ shortestEdge: s.shortest_edge })),
  ])
  .nullish();

const preprocessorSchema = z.looseObject({
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
  image_mean: z.tuple([z.number(), z.number(), z.number()]).default([0.5, 0.5, 0.5]),
  image_std: z.tuple([z.number(), z.number(), z.number()]).default([0.5, 0.5, 0.5]),
  size: sizeSchema,
  crop_size: sizeSchema,
});

const generationSchema = z.looseObject({
  eos_token_id: ids,
});

function check<T extends z.ZodType>(schema: T, value: unknown, file: string): z.output<T> {
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

function unsupported(what: Sentence): ZoetropeError {
  return new ZoetropeError(
    'model-unsupported',
    say`This model cannot be used: ${what}.`,
    say`Choose one of the LLaVA-NeXT-Interleave models (SigLIP and Qwen2, such as llava-interleave-qwen-0.5b-hf).`,
  );
}

/**
 * Checks `config.json`.
 * @throws ZoetropeError `model-unsupported` for another architecture (naming it), `model-broken` for bad values.
 */
export function parseModelConfig(file: unknown): ModelConfig {
  const layout = isOriginalConfig(file) ? 'original' : 'published';
  const json = layout === 'original' ? asPublishedConfig(file) : file;
  const kind = check(kindSchema, json, 'config.json');
  const architecture = kind.architectures?.[0] ?? kind.model_type ?? 'unknown';
  // Some exports leave `architectures` out; `model_type` then decides.
  if (
    kind.model_type !== 'llava' ||
    (kind.architectures?.[0] ?? 'LlavaForConditionalGeneration') !== 'LlavaForConditionalGeneration'
  ) {
    throw unsupported(say`its architecture is ${architecture}`);
  }
  // LlavaConfig's own defaults are CLIP and Llama, so a missing type also means another model.
  const vision = kind.vision_config?.model_type ?? 'clip_vision_model';
  if (vision !== 'siglip_vision_model') throw unsupported(say`its vision tower is ${vision}`);
  const text = kind.text_config?.model_type ?? 'llama';
  if (text !== 'qwen2') throw unsupported(say`its language model is ${text}`);

  const c = check(configSchema, json, 'config.json');
  const v = c.vision_config;
  const t = c.text_config;
  const activations: Record<string, VisionConfig['activation']> = { gelu_pytorch_tanh: 'gelu_tanh', gelu: 'gelu' };
  const activation = activations[v.hidden_act];
  if (!activation) throw unsupported(say`its vision tower uses the activation ${v.hidden_act}`);
  if (c.projector_hidden_act !== 'gelu')
    throw unsupported(say`its projector uses the activation ${c.projector_hidden_act}`);
  if (t.hidden_act !== 'silu') throw unsupported(say`its language model uses the activation ${t.hidden_act}`);
  if (t.use_sliding_window) throw unsupported(say`its language model attends through a sliding window`);
  const ropeKind = t.rope_scaling?.rope_type ?? t.rope_scaling?.type ?? t.rope_parameters?.rope_type ?? 'default';
  if (ropeKind !== 'default') throw unsupported(say`its language model stretches positions (${ropeKind})`);
  if (c.vision_feature_select_strategy !== 'full') {
    throw unsupported(say`it selects picture features by "${c.vision_feature_select_strategy}"`);
  }
  if (Array.isArray(c.vision_feature_layer)) throw unsupported(say`it joins the features of several vision layers`);

  // hidden_states holds the embeddings and then one entry per layer: -1 is the last layer's output.
  const layer = c.vision_feature_layer;
  const layersUsed = layer < 0 ? v.num_hidden_layers + 1 + layer : layer;
  const side = Math.floor(v.image_size / v.patch_size);
  const kvHeads = t.num_key_value_heads ?? t.num_attention_heads;
  const headDim = t.head_dim ?? t.hidden_size / t.num_attention_heads;
  const imageTokenId = c.image_token_index ?? c.image_token_id ?? 32000;
  const broken = (what: Sentence) =>
    new ZoetropeError(
      'model-broken',
      say`The model's file config.json contradicts itself: ${what}.`,
      say`Download the model again, or choose another one.`,
    );
  if (layersUsed < 0 || layersUsed > v.num_hidden_layers) throw broken(say`there is no vision layer ${layer}`);
  if (side < 1) throw broken(say`a patch is larger than the picture`);
  if (v.hidden_size % v.num_attention_heads) throw broken(say`the vision width does not divide by its heads`);
  if (!Number.isInteger(headDim) || headDim % 2) throw broken(say`the language width does not divide by its heads`);
  if (t.num_attention_heads % kvHeads) throw broken(say`the heads do not divide by the key and value heads`);
  if (imageTokenId >= t.vocab_size) throw broken(say`the picture token lies outside the vocabulary`);

  return {
    layout,
    vision: {
      hiddenSize: v.hidden_size,
      intermediateSize: v.intermediate_size,
      layers: layersUsed,
      heads: v.num_attention_heads,
      imageSize: v.image_size,
      patchSize: v.patch_size,
      epsilon: v.layer_norm_eps,
      activation,
    },
    text: {
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
      tiedHead: t.tie_word_embeddings || c.tie_word_embeddings,
      eosIds: t.eos_token_id,
    },
    imageTokenId,
    tokensPerImage: side * side,
    projectorBias: c.multimodal_projector_bias,
  };
}

/**
 * Checks `preprocessor_config.json` (or the `image_processor` part of `processor_config.json`) against the tower.
 * @param imageSize side in pixels of the vision tower's input.
 * @throws ZoetropeError `model-broken` if it asks for pictures of another size, `model-unsupported` for another filter.
 */
export function parsePixelSettings(json: unknown, file: string, imageSize: number): PixelSettings {
  const p = check(preprocessorSchema, json, file);
  if (p.resample !== BICUBIC) throw unsupported(say`its pictures are resized by filter ${p.resample}, not bicubic`);
  if (!p.do_resize) throw unsupported(say`its pictures are not resized`);
  if (p.do_pad) throw unsupported(say`its pictures are padded`);
  const whole = { width: imageSize, height: imageSize };
  const size = p.size ?? whole;
  // CLIP's processor crops by default.
  const cuts = p.do_center_crop ?? p.image_processor_type.startsWith('CLIP');
  if (cuts && p.crop_size == null)
    throw unsupported(say`its pictures are cut (do_center_crop) to a size that its files do not say`);
  // Without a crop, a shorter side can only mean a square of that side.
  const squared = (to: NonNullable<typeof size>): { width: number; height: number } =>
    'width' in to ? to : { width: to.shortestEdge, height: to.shortestEdge };
  const { width, height } = squared(cuts ? p.crop_size! : size);
  if (width !== imageSize || height !== imageSize) {
    throw new ZoetropeError(
      'model-broken',
      say`The model's file ${file} asks for pictures of ${width} x ${height}, but the model takes ${imageSize} x ${imageSize}.`,
      say`Download the model again, or choose another one.`,
    );
  }
  const plain: [number, number, number] = [0, 0, 0];
  return {
    width,
    height,
    ...(cuts && { cutFrom: size }),
    rescaleFactor: p.do_rescale ? p.rescale_factor : 1,
    mean: p.do_normalize ? p.image_mean : plain,
    std: p.do_normalize ? p.image_std : [1, 1, 1],
  };
}

/** The ids that end an answer according to `generation_config.json`; pass `{}` for a model without one. */
export const generationEndIds = (json: unknown): number[] =>
  check(generationSchema, json, 'generation_config.json').eos_token_id;
