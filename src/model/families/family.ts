// SPDX-License-Identifier: Apache-2.0
/** What a family of models declares about itself. The rest of the program asks these questions, never "which family?" */

import type { RgbImage, Turn } from '../../contract';
import type { CaptionStyle, LayoutSpan, PictureWay, PromptSpan } from '../../sequence';
import type { FamilyName, ModelConfig, PixelSettings } from '../config';

export interface Family {
  name: FamilyName;
  /** For people. */
  title: string;
  /** Whether a config.json (parsed as JSON) is of this family. */
  owns: (config: ConfigKind) => boolean;
  /** @throws ZoetropeError `model-unsupported` for a variant that does not run, `model-broken` for bad values. */
  parseConfig: (json: unknown) => ModelConfig;
  /**
   * @param json preprocessor_config.json, or the same part of another file, whose name is `file`.
   * @throws ZoetropeError `model-unsupported`, `model-broken`.
   */
  parsePixels: (json: unknown, file: string, config: ModelConfig) => PixelSettings;
  /** How a model of the family takes its input. @param template of the chat, in Jinja; undefined if it has none. */
  inputFormat: (config: ModelConfig, pixels: PixelSettings, template: string | undefined) => InputFormat;
}

/** What is enough of a config.json to know the family. */
export interface ConfigKind {
  model_type?: string | undefined;
  architectures?: string[] | null | undefined;
  image_aspect_ratio?: string | null | undefined;
}

/** How a model takes pictures and text. */
export interface InputFormat {
  /** How captions are written before pictures. */
  captions: CaptionStyle;
  /**
   * The prompt of a conversation.
   * @param system the system prompt; empty: none. Undefined: the model's own.
   * @param isControl whether a text is the name of a control token of the model.
   */
  prompt: (turns: readonly Turn[], system: string | undefined, isControl: (name: string) => boolean) => PromptSpan[];
  /** How a picture of this size, in pixels, becomes tiles and tokens. */
  plan: (size: { width: number; height: number }, way: PictureWay) => PicturePlan;
  /** Whether a row of the learned vector `image_newline` follows the last frame of a video. */
  endsVideo: boolean;
  /** Whether `plan` packs rows with `image_newline`. */
  needsNewline: boolean;
}

/** How one picture becomes tiles for the vision encoder, and rows of the sequence. */
export interface PicturePlan {
  /** Tells apart the ways in which the same picture becomes other features with the same model. */
  key: string;
  /** Number of tiles that are encoded. */
  tiles: number;
  /** Rows of features. */
  rows: number;
  /** What stands for the picture in the prompt; its rows add up to `rows`. */
  layout: readonly LayoutSpan[];
  /** The tiles, each of the size that the vision encoder takes; the first or only one shows the whole picture. */
  cut: (image: RgbImage) => Generator<void, RgbImage[]>;
  /**
   * The features of the tiles as rows of the sequence.
   * @param features of each tile [tokensPerTile, hiddenSize].
   * @returns [rows, hiddenSize].
   */
  pack: (features: readonly Float32Array[], newline: Float32Array | undefined) => Float32Array;
}

/** Tokens that a picture takes, counting each text between its rows as one. */
export const planTokens = ({ layout }: PicturePlan): number =>
  layout.reduce((sum, span) => sum + (span.type === 'rows' ? span.count : 1), 0);
