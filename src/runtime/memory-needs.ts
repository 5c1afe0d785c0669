/** How much memory a model and a sequence take, before they take it. Held against what they took by src/bench/memory.test.ts. */

import { PARTS, type ModelSettings, type Part, type Precision } from '../model';

const FLOAT = 4;
/** What ONNX Runtime and the tokenizer take beside any model's weights. */
const FIXED = 64e6;
/** Positions that one run reads, unless the device wants fewer. */
const CHUNK = 512;
/** Buffers of keys and values are made in multiples of this, in positions. */
const STEP = 256;

/** What the decoder's graph can do. The compiler's can do it all. */
export interface CacheTraits {
  /** Adds to its keys and values in place; else past and present are there at once. */
  inPlace: boolean;
  /** Can keep them in 8 bits. */
  int8: boolean;
}

/** What most graphs here can do. */
export const FULL_CACHE: CacheTraits = { inPlace: true, int8: true };

/** Bytes a loaded model takes before it is asked anything. Weights are read from the file and packed for their kernels. */
export function modelBytes(folder: { graphs: Readonly<Record<Part, Partial<Record<Precision, { bytes: number }>>>> }, precisions: Readonly<Record<Part, Precision>>): number {
  return FIXED + PARTS.reduce((sum, part) => sum + (folder.graphs[part][precisions[part]]?.bytes ?? 0), 0);
}

/** Bytes a sequence takes at most while it is read and continued, with keys and values in floats or in 8 bits. */
export interface SequenceBytes {
  floats: number;
  /** Slower to read. Undefined where the graph has floats only. */
  int8: number | undefined;
}

/**
 * Keys and values of every position, the pictures' features and all embeddings, and the working memory of the vision
 * part or of a run of the language part, whichever is larger.
 * @param positions prompt and answer together.
 */
export function sequenceBytes({ config: { text, vision, tokensPerImage } }: Pick<ModelSettings, 'config'>, positions: number, { inPlace, int8 }: CacheTraits = FULL_CACHE): SequenceBytes {
  const room = Math.ceil(positions / STEP) * STEP;
  const rows = Math.min(CHUNK, positions);
  const cache = (count: number) => 2 * FLOAT * text.layers * text.kvHeads * text.headDim * count;
  const seen = FLOAT * tokensPerImage * (vision.heads * tokensPerImage + 6 * vision.hiddenSize + 2 * vision.intermediateSize);
  const read = FLOAT * rows * (text.heads * room + 6 * text.hiddenSize + 3 * text.intermediateSize) + FLOAT * text.vocabSize;
  const beside = Math.max(seen, read) + 2 * FLOAT * positions * text.hiddenSize;
  return {
    floats: beside + cache(room) * (inPlace ? 1 : 2),
    // The first run is read on floats: the scales of the rest come from it.
    int8: int8 ? beside + cache(room) / 4 + cache(Math.min(room, CHUNK + STEP)) : undefined,
  };
}
