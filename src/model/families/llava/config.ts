// SPDX-License-Identifier: Apache-2.0
/**
 * Parses config.json and preprocessor_config.json of the LLaVA models with a SigLIP tower, a projector of two layers and
 * Qwen2, in the layout of transformers. Values that the published files leave out get transformers' defaults for
 * `LlavaConfig`, `LlavaOnevisionConfig`, `SiglipVisionConfig` and `Qwen2Config`. Pure.
 */

import { z } from 'zod';
import { say } from '../../../contract';
import type { FamilyName, LlavaPictures, ModelConfig, PixelSettings } from '../../config';
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

/** The ids of transformers' defaults for `<image>`. */
const IMAGE_TOKEN = 32000;

const configSchema = z.looseObject({
  image_token_index: z.number().int().nonnegative().optional(),
  image_token_id: z.number().int().nonnegative().optional(),
  projector_hidden_act: z.string().default('gelu'),
  multimodal_projector_bias: z.boolean().default(true),
  vision_feature_layer: z.union([z.number().int(), z.array(z.number().int())]).optional(),
  vision_feature_select_strategy: z.string().optional(),
  tie_word_embeddings: z.boolean().default(false),
  vision_config: visionSchema,
  text_config: textSchema,
});

/** Checked before the full schema, so that another architecture is named instead of "field missing". */
const kindSchema = z.looseObject({
  vision_config: z.looseObject({ model_type: z.string().optional() }).optional(),
  text_config: z.looseObject({ model_type: z.string().optional() }).optional(),
});

/** What a family says about its config.json beyond the common fields. */
export interface LlavaKind {
  family: FamilyName;
  layout: ModelConfig['layout'];
  /** The parts' types where the file leaves them out. */
  missing: { vision: string; text: string };
  /** Where the file leaves them out. */
  featureLayer: number;
  strategy: string;
  pictures: LlavaPictures | undefined;
}

/** @throws ZoetropeError `model-unsupported` for other parts (naming them), `model-broken` for bad values. */
export function parseLlavaConfig(json: unknown, kind: LlavaKind): ModelConfig {
  const parts = check(kindSchema, json, 'config.json');
  const vision = parts.vision_config?.model_type ?? kind.missing.vision;
  if (vision !== 'siglip_vision_model') throw unsupported(say`its vision tower is ${vision}`);
  const text = parts.text_config?.model_type ?? kind.missing.text;
  if (text !== 'qwen2') throw unsupported(say`its language model is ${text}`);

  const c = check(configSchema, json, 'config.json');
  const v = c.vision_config;
  if (c.projector_hidden_act !== 'gelu')
    throw unsupported(say`its projector uses the activation ${c.projector_hidden_act}`);
  const strategy = c.vision_feature_select_strategy ?? kind.strategy;
  if (strategy !== 'full') throw unsupported(say`it selects picture features by "${strategy}"`);
  const layer = c.vision_feature_layer ?? kind.featureLayer;
  if (Array.isArray(layer)) throw unsupported(say`it joins the features of several vision layers`);
  // hidden_states holds the embeddings and then one entry per layer: -1 is the last layer's output.
  const layers = layer < 0 ? v.num_hidden_layers + 1 + layer : layer;
  if (layers < 0 || layers > v.num_hidden_layers) throw contradiction(say`there is no vision layer ${layer}`);
  const imageTokenId = c.image_token_index ?? c.image_token_id ?? IMAGE_TOKEN;
  return {
    family: kind.family,
    layout: kind.layout,
    vision: visionConfig(v, { layers, postNorm: false }),
    text: textConfig(c.text_config, { kind: 'qwen2', tiedHead: c.tie_word_embeddings, imageTokenId }),
    projector: { kind: 'mlp', bias: c.multimodal_projector_bias },
    imageTokenId,
    tokensPerTile: Math.floor(v.image_size / v.patch_size) ** 2,
    ...(kind.pictures && { llava: kind.pictures }),
  };
}

/**
 * Checks `preprocessor_config.json` (or the `image_processor` part of `processor_config.json`) against the tower.
 * @throws ZoetropeError `model-broken` if it asks for pictures of another size, `model-unsupported` for another filter.
 */
export function parseLlavaPixels(
  json: unknown,
  file: string,
  { vision: { imageSize }, llava }: ModelConfig,
): PixelSettings {
  const p = check(preprocessorSchema, json, file);
  const common = commonPixels(p);
  if (common.filter !== 'bicubic')
    throw unsupported(say`its pictures are resized by filter ${p.resample}, not bicubic`);
  // In OneVision's processor this means that the tiles of a batch are padded to the same number.
  if (p.do_pad && !llava?.anyRes) throw unsupported(say`its pictures are padded`);
  const size = p.size ?? { width: imageSize, height: imageSize };
  // CLIP's processor crops by default.
  const cuts = p.do_center_crop ?? p.image_processor_type.startsWith('CLIP');
  if (cuts && p.crop_size == null)
    throw unsupported(say`its pictures are cut (do_center_crop) to a size that its files do not say`);
  // Without a crop, one side can only mean a square of that side.
  const squared = (to: NonNullable<typeof size>): { width: number; height: number } => {
    if ('width' in to) return to;
    const side = 'shortestEdge' in to ? to.shortestEdge : to.longestEdge;
    return { width: side, height: side };
  };
  const { width, height } = squared(cuts ? p.crop_size! : size);
  if (width !== imageSize || height !== imageSize) throw otherSize(file, width, height, imageSize);
  return { width, height, ...common, ...(cuts && !('longestEdge' in size) && { cutFrom: size }) };
}

/** AnyRes grids in tiles, from pinpoints in pixels. @param swapped the pinpoints are [height, width], as in transformers. */
export function gridsOf(
  pinpoints: readonly (readonly number[])[],
  side: number,
  swapped: boolean,
): { columns: number; rows: number }[] {
  return pinpoints.map(([a = 0, b = 0]) => {
    const [width, height] = swapped ? [b, a] : [a, b];
    if (width < 1 || height < 1 || width % side || height % side)
      throw contradiction(say`a tiled picture of ${width} x ${height} does not divide into tiles of ${side}`);
    return checkTiles({ columns: width / side, rows: height / side });
  });
}

/** Pinpoints as lists of pixels, or as the original writes ranges of tiles: "(1x1),...,(6x6)". */
export const pinpointsSchema = z.union([z.array(z.array(count).length(2)).min(1).max(400), z.string()]).optional();

/** The pinpoints of such a range, in pixels, [width, height]. */
export function pinpointRange(range: string, side: number): number[][] {
  const pairs = [...range.matchAll(/\((\d+)x(\d+)\)/g)].map(([, a, b]) => [Number(a), Number(b)] as const);
  const [first, last] = [pairs[0], pairs.at(-1)];
  if (!first || !last || last[0] > 20 || last[1] > 20)
    throw contradiction(say`the grids of tiles "${range}" are no range`);
  const points: number[][] = [];
  for (let a = first[0]; a <= last[0]; a++) for (let b = first[1]; b <= last[1]; b++) points.push([a * side, b * side]);
  return points;
}

/** The most tiles of "anyres_max_9"; undefined for "anyres"; null for another way than AnyRes. */
export function mostTilesOf(aspect: string | null | undefined): number | undefined | null {
  if (aspect === 'anyres') return undefined;
  const most = /^anyres_max_(\d+)$/.exec(aspect ?? '')?.[1];
  return most === undefined ? null : Number(most);
}
