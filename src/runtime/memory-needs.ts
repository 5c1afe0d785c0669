// SPDX-License-Identifier: Apache-2.0
/** How much memory a model and a sequence take, before they take it. Held against what they took by bench/src/memory.test.ts. */

import { GRAPHS, type ModelSettings, type Graph, type Precision, type TextConfig } from '../model';
import { CHUNK, chunkLength, FLOATS_AT_ONCE, worthLayers } from './prefill-plan';

const FLOAT = 4;
/** What ONNX Runtime and the tokenizer take beside any model's weights. */
const FIXED = 64e6;
/** Buffers of keys and values are made in multiples of this, in positions. */
const STEP = 256;

/** What the decoder's graph can do. The compiler's can do it all. */
export interface CacheTraits {
  /** Adds to its keys and values in place; else past and present are there at once. */
  inPlace: boolean;
  /** Can keep them in 8 bits. */
  int8: boolean;
  /** Bytes of them that are floats at once where a prompt is prefilled layer by layer; Infinity if it cannot. */
  floatsAtOnce: number;
}

/** What most graphs here can do. */
export const FULL_CACHE: CacheTraits = { inPlace: true, int8: true, floatsAtOnce: FLOATS_AT_ONCE };

/** Bytes a loaded model takes before it is asked anything. Weights are read from the file and packed for their kernels. */
export function modelBytes(
  {
    graphs,
    config: { text },
  }: { graphs: Readonly<Record<Graph, Partial<Record<Precision, { bytes: number }>>>>; config: { text: TextConfig } },
  precisions: Readonly<Record<Graph, Precision>>,
): number {
  // Its two sessions hold a table of positions each, which lies in the file once; so does the head in folders of older
  // compilers. Too much is safe.
  const twice =
    precisions.decoder_model_merged === 'w8w4'
      ? text.vocabSize * text.hiddenSize * 0.54 + FLOAT * text.contextLength * text.headDim
      : 0;
  return FIXED + twice + GRAPHS.reduce((sum, graph) => sum + (graphs[graph][precisions[graph]]?.bytes ?? 0), 0);
}

/** Bytes of so many positions' keys and values in floats. */
export function cacheBytes({ layers, kvHeads, headDim }: TextConfig, positions: number): number {
  return 2 * FLOAT * layers * kvHeads * headDim * positions;
}

/** Bytes a sequence takes at most while it is prefilled and continued, with keys and values in floats or in 8 bits. */
export interface SequenceBytes {
  floats: number;
  /** Slower to prefill. Undefined where the graph has floats only. */
  int8: number | undefined;
}

/**
 * Keys and values of every position, the pictures' features and all embeddings, and the working memory of the vision
 * part or of a run of the language model, whichever is larger.
 * @param positions prompt and answer together.
 */
export function sequenceBytes(
  { config: { text, vision, tokensPerImage } }: Pick<ModelSettings, 'config'>,
  positions: number,
  { inPlace, int8, floatsAtOnce }: CacheTraits = FULL_CACHE,
): SequenceBytes {
  const room = Math.ceil(positions / STEP) * STEP;
  const rows = Math.min(chunkLength(text.heads, room), positions);
  const encode =
    FLOAT * tokensPerImage * (vision.heads * tokensPerImage + 6 * vision.hiddenSize + 2 * vision.intermediateSize);
  const prefill =
    FLOAT * rows * (text.heads * room + 6 * text.hiddenSize + 3 * text.intermediateSize) + FLOAT * text.vocabSize;
  const beside = Math.max(encode, prefill) + 2 * FLOAT * positions * text.hiddenSize;
  const floats = cacheBytes(text, room);
  return {
    floats:
      beside +
      (worthLayers(floats, floatsAtOnce) ? byLayers(text, positions, room, floatsAtOnce) : floats * (inPlace ? 1 : 2)),
    // The first run is on floats: the scales of the rest come from it.
    int8: int8 ? beside + floats / 4 + cacheBytes(text, Math.min(room, CHUNK + STEP)) : undefined,
  };
}

/** All keys and values in 8 bits, those of some layers as floats, one of these turned into 8 bits, and what a layer left to the next. */
function byLayers(text: TextConfig, positions: number, room: number, floatsAtOnce: number): number {
  const floats = cacheBytes(text, room);
  const layer = floats / text.layers;
  return floats / 4 + Math.max(layer, Math.min(floats, floatsAtOnce)) + layer + FLOAT * positions * text.hiddenSize;
}
