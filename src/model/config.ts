// SPDX-License-Identifier: Apache-2.0
/** The settings of a model, whatever its family: what config.json and preprocessor_config.json are parsed into. */

import type { ResizeFilter } from '../vision';

/** The families of models (`families/`). */
export type FamilyName = 'llava-interleave' | 'llava-onevision' | 'smolvlm';

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
  /** Whether the features pass through `post_layernorm`. */
  postNorm: boolean;
}

/** The language model: Qwen2 or Llama. */
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
  /** Whether queries, keys and values have biases (Qwen2). */
  attentionBias: boolean;
  /** The output head shares the embedding table. */
  tiedHead: boolean;
  eosIds: number[];
}

/**
 * From the tower's features to embeddings: two layers with GELU (LLaVA), or one layer on squares of `factor` x `factor`
 * neighbours (SmolVLM).
 */
export type ProjectorConfig = { kind: 'mlp'; bias: boolean } | { kind: 'shuffle'; factor: number };

/** LLaVA's settings for pictures in detail and for videos. Undefined where the model has none. */
export interface LlavaPictures {
  /** AnyRes for a picture alone. */
  anyRes:
    | {
        /** In tiles, in the order of the file, which decides between equal ones. */
        grids: readonly { columns: number; rows: number }[];
        /** Maps larger than this number of tiles are made smaller (`anyres_max_9`). */
        mostTiles: number | undefined;
        /** transformers rounds to seven digits before it cuts off the padding; the original does not. */
        rounds: boolean;
      }
    | undefined;
  /** How one of several pictures becomes a square, and whether it ends with `image_newline`. */
  several: { fit: 'squash' | 'pad'; newline: boolean };
  /**
   * Frames of a video are pooled to half their side; where `image_newline` stands in it. Undefined: as several pictures.
   */
  video: { newline: 'row' | 'picture' | 'end' | 'none' } | undefined;
}

export interface ModelConfig {
  family: FamilyName;
  /** Which project's files these are: transformers' (llava-hf) or the original's (lmms-lab). */
  layout: 'published' | 'original';
  vision: VisionConfig;
  text: TextConfig;
  projector: ProjectorConfig;
  imageTokenId: number;
  /** Rows of features of one tile, which is a square of the tower's `imageSize`. */
  tokensPerTile: number;
  /** Only of the LLaVA families. */
  llava?: LlavaPictures;
}

/** How a tile becomes `pixel_values`: resize to width x height, times `rescaleFactor`, minus mean, over std. */
export interface PixelSettings {
  width: number;
  height: number;
  filter: ResizeFilter;
  /** If a centre crop follows, what it is resized to before it: a size, or the length of the shorter side. */
  cutFrom?: { width: number; height: number } | { shortestEdge: number };
  /** Only of SmolVLM: the longer side of a picture, and of a frame, before it is cut into tiles, in pixels. */
  longestEdge?: { picture: number; frame: number };
  rescaleFactor: number;
  mean: [number, number, number];
  std: [number, number, number];
}
