// SPDX-License-Identifier: Apache-2.0
/** The settings of a model, whatever its family: what config.json and preprocessor_config.json are parsed into. */

import type { ResizeFilter } from '../vision';

/** The families of models (`families/`). */
export type FamilyName = 'llava-interleave' | 'llava-onevision' | 'smolvlm' | 'qwen3-vl';

/** The vision tower: SigLIP, unless `native` is set. `imageSize` and `patchSize` in pixels, other sizes in values. */
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
  /** Only of a tower that takes pictures in their own shape, as any number of patches. */
  native?: NativeVision;
}

/**
 * A tower for patches of any grid, with rotary positions on two axes. A learned square map of positions is stretched over the
 * grid. The `merge` x `merge` neighbours of a square become one row, whose projector has a norm and two layers.
 */
export interface NativeVision {
  merge: number;
  /** Frames that share each patch; a picture alone is repeated. */
  frames: number;
  /** Side of the learned map of positions. */
  positionSide: number;
  /** The layers, counted from 0, whose output goes into the language model too (DeepStack), each by its own projector. */
  deepLayers: readonly number[];
}

/** The language model: Qwen2, Qwen3 or Llama. */
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
  /** Whether queries and keys are normalised, head by head (Qwen3). */
  headNorm?: boolean;
  /**
   * For positions on three axes (time, height, width): how many of the rotary frequencies follow each. They are interleaved.
   * Undefined: one axis.
   */
  ropeSections?: readonly [number, number, number];
  /** Number of layers, the first ones, to whose output the features of pictures add more (DeepStack). Default: 0. */
  deepLayers?: number;
  /** The output head shares the embedding table. */
  tiedHead: boolean;
  eosIds: number[];
}

/**
 * From the tower's features to embeddings: two layers with GELU (LLaVA), one layer on squares of `factor` x `factor`
 * neighbours (SmolVLM), or what `NativeVision` says.
 */
export type ProjectorConfig = { kind: 'mlp'; bias: boolean } | { kind: 'shuffle'; factor: number } | { kind: 'native' };

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
  /** Rows of features of one tile, which is a square of the tower's `imageSize`. Of a native tower: the most. */
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
  /** Only of a native tower: bounds of a picture, and of all frames of a video together, in pixels. */
  area?: { picture: { least: number; most: number }; video: { least: number; most: number } };
  rescaleFactor: number;
  mean: [number, number, number];
  std: [number, number, number];
}

/**
 * Values of one row of a prompt: the embedding, and what the first layers add to it. Also of one row of a picture's features.
 */
export const rowWidth = ({ hiddenSize, deepLayers = 0 }: TextConfig): number => hiddenSize * (1 + deepLayers);
