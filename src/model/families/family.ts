// SPDX-License-Identifier: Apache-2.0
/** What a family of models declares about itself. The rest of the program asks these questions, never "which family?" */

import type { RgbImage, Turn } from '../../contract';
import type { CaptionStyle, LayoutSpan, PictureWay, PromptSpan } from '../../sequence';
import { finished } from '../../vision';
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
  /**
   * How a picture of this size, in pixels, becomes tiles and tokens.
   * @param frames of the video that it is a part of. Default: 1.
   */
  plan: (size: { width: number; height: number }, way: PictureWay, frames?: number) => PicturePlan;
  /** How many frames of a video that stand together share tokens (`PicturePlan.encoderInput`). Default: 1. */
  together?: number;
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
   * What the vision encoder gets for one tile. Default: `pixel_values`, the normalised tile.
   * @param pixels the tile, and the same tile of each frame that shares its tokens, normalised [3, height, width].
   */
  encoderInput?: (pixels: readonly Float32Array[]) => EncoderInput;
  /**
   * The features of the tiles as rows of the sequence.
   * @param features of each tile [tokensPerTile, width of a row].
   * @returns [rows, width of a row].
   */
  pack: (features: readonly Float32Array[], newline: Float32Array | undefined) => Float32Array;
}

/** The inputs of one run of the vision encoder by name, and the rows of features that it makes of them. */
export interface EncoderInput {
  values: Readonly<Record<string, { shape: readonly number[]; data: Float32Array | Int32Array }>>;
  tokens: number;
}

/**
 * What the vision encoder gets for a square picture, to try it and measure its speed.
 * @param values makes that many values of pixels.
 */
export function squareInput(
  { imageSize, format }: { imageSize: number; format: Pick<InputFormat, 'plan'> },
  values: (length: number) => Float32Array,
): Float32Array | EncoderInput {
  const plan = format.plan({ width: imageSize, height: imageSize }, 'several');
  const blank = { width: imageSize, height: imageSize, data: new Uint8Array(3 * imageSize ** 2) };
  const [tile] = finished(plan.cut(blank));
  const pixels = values(3 * tile!.width * tile!.height);
  return plan.encoderInput?.([pixels]) ?? pixels;
}

/** Tokens that a picture takes, counting each text between its rows as one. */
export const planTokens = ({ layout }: PicturePlan): number =>
  layout.reduce((sum, span) => sum + (span.type === 'rows' ? span.count : 1), 0);
