// SPDX-License-Identifier: Apache-2.0
/**
 * Estimates the memory of a model and a sequence before they are loaded. bench/src/memory.test.ts compares it with real
 * use.
 */

import { GRAPHS, rowWidth, type ModelSettings, type Graph, type Precision, type TextConfig } from '../model';
import { CHUNK, chunkLength, FLOATS_AT_ONCE, worthLayers } from './prefill-plan';

const FLOAT = 4;
/** Bytes that ONNX Runtime and the tokenizer use besides a model's weights. */
const FIXED = 64e6;
/** Scores per patch and head that attention over many patches holds at once, measured. */
const SCORE_ROWS = 1024;
/** Buffers of keys and values are allocated in multiples of this, in positions. */
const STEP = 256;

/** What the decoder's graph supports. The compiler's graphs support everything. */
export interface CacheTraits {
  /** Adds to its keys and values in place; otherwise past and present exist at the same time. */
  inPlace: boolean;
  /** Can store them in 8 bits. */
  int8: boolean;
  /** Bytes of keys and values held as floats at once in layer-by-layer prefill; Infinity if it is not supported. */
  floatsAtOnce: number;
}

/** The traits of most graphs here. */
export const FULL_CACHE: CacheTraits = { inPlace: true, int8: true, floatsAtOnce: FLOATS_AT_ONCE };

/**
 * Bytes that a loaded model uses before the first question. Weights are read from the file and packed for their
 * kernels.
 */
export function modelBytes(
  {
    graphs,
    config: { text },
  }: { graphs: Readonly<Record<Graph, Partial<Record<Precision, { bytes: number }>>>>; config: { text: TextConfig } },
  precisions: Readonly<Record<Graph, Precision>>,
): number {
  // Each of its two sessions holds the table of positions, which is in the file once; in folders of older compilers the
  // same is true of the head. An estimate that is too high is safe.
  const table = text.ropeSections ? 0 : FLOAT * text.contextLength * text.headDim; // positions on axes have none
  const twice = precisions.decoder_model_merged === 'w8w4' ? text.vocabSize * text.hiddenSize * 0.54 + table : 0;
  return FIXED + twice + GRAPHS.reduce((sum, graph) => sum + (graphs[graph][precisions[graph]]?.bytes ?? 0), 0);
}

/** Bytes of the keys and values of `positions` positions as floats. */
export function cacheBytes({ layers, kvHeads, headDim }: TextConfig, positions: number): number {
  return 2 * FLOAT * layers * kvHeads * headDim * positions;
}

/** Bytes that a sequence uses at most during prefill and decode, with keys and values as floats or in 8 bits. */
export interface SequenceBytes {
  floats: number;
  /** Slower prefill. Undefined if the graph supports floats only. */
  int8: number | undefined;
}

/**
 * The sum of the keys and values of every position, the pictures' features, all embeddings, and the working memory of
 * the vision encoder or of a run of the language model, whichever is larger.
 * @param positions prompt and answer together.
 */
export function sequenceBytes(
  { config: { text, vision, tokensPerTile } }: Pick<ModelSettings, 'config'>,
  positions: number,
  { inPlace, int8, floatsAtOnce }: CacheTraits = FULL_CACHE,
): SequenceBytes {
  const room = Math.ceil(positions / STEP) * STEP;
  const rows = Math.min(chunkLength(text.heads, room), positions);
  const patches = vision.native
    ? tokensPerTile * vision.native.merge ** 2
    : Math.floor(vision.imageSize / vision.patchSize) ** 2;
  // A native tower's attention never holds all scores at once, and its positions are interpolated between four places.
  const [scores, values] = vision.native ? [Math.min(patches, SCORE_ROWS), 6 + 8] : [patches, 6];
  const encode = FLOAT * patches * (vision.heads * scores + values * vision.hiddenSize + 2 * vision.intermediateSize);
  const prefill =
    FLOAT * rows * (text.heads * room + 6 * text.hiddenSize + 3 * text.intermediateSize) + FLOAT * text.vocabSize;
  const beside = Math.max(encode, prefill) + 2 * FLOAT * positions * rowWidth(text);
  const floats = cacheBytes(text, room);
  return {
    floats:
      beside +
      (worthLayers(floats, floatsAtOnce) ? byLayers(text, positions, room, floatsAtOnce) : floats * (inPlace ? 1 : 2)),
    // The first run uses floats: the scales for later positions come from it.
    int8: int8 ? beside + floats / 4 + cacheBytes(text, Math.min(room, CHUNK + STEP)) : undefined,
  };
}

/**
 * All keys and values in 8 bits, those of some layers as floats, one of these during conversion, and the hidden states
 * between layers.
 */
function byLayers(text: TextConfig, positions: number, room: number, floatsAtOnce: number): number {
  const floats = cacheBytes(text, room);
  const layer = floats / text.layers;
  return floats / 4 + Math.max(layer, Math.min(floats, floatsAtOnce)) + layer + FLOAT * positions * text.hiddenSize;
}
