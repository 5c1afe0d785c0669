/** Finds a model's tensors under the names that different versions of transformers gave them. */

import { ZoetropeError } from '../../contract';
import type { Checkpoint } from '../safetensors';

/** Where each part's names begin: as the llava-hf checkpoints have them, then as transformers 4.52 and 5 save them. */
const PREFIXES = {
  vision: ['vision_tower.vision_model.', 'model.vision_tower.vision_model.', 'model.vision_tower.', 'vision_tower.'],
  projector: ['multi_modal_projector.', 'model.multi_modal_projector.'],
  text: ['language_model.model.', 'model.language_model.', 'model.language_model.model.'],
} as const;

const PROBES = {
  vision: 'embeddings.patch_embedding.weight',
  projector: 'linear_1.weight',
  text: 'embed_tokens.weight',
} as const;

const HEADS = ['language_model.lm_head.weight', 'lm_head.weight', 'model.language_model.lm_head.weight'];

/** A piece of rows: 4 MiB as floats. */
const PIECE_VALUES = 1 << 20;

/** A named tensor of the checkpoint, with the shape that the config gives it. */
export interface Weight {
  name: string;
  shape: number[];
}

export class ModelWeights {
  constructor(readonly checkpoint: Checkpoint) {}

  /**
   * The full name of a tensor of one part.
   * @throws ZoetropeError `model-incomplete` if the checkpoint lacks the whole part.
   */
  name(part: keyof typeof PREFIXES, tail: string): string {
    const prefix = PREFIXES[part].find((p) => this.checkpoint.has(p + PROBES[part]));
    if (prefix === undefined) {
      throw new ZoetropeError(
        'model-incomplete',
        `The model's weights have no tensor "${PREFIXES[part][0]}${PROBES[part]}".`,
        'Download the model again, or choose a LLaVA-NeXT-Interleave model in the Hugging Face layout.',
      );
    }
    return prefix + tail;
  }

  /**
   * The output head: its own tensor, or the embedding table if they are tied.
   * @throws ZoetropeError `model-incomplete` if it should have its own and has none.
   */
  head(tied: boolean): string {
    if (tied) return this.name('text', 'embed_tokens.weight');
    const own = HEADS.find((name) => this.checkpoint.has(name));
    if (own !== undefined) return own;
    throw new ZoetropeError('model-incomplete', `The model's weights have no tensor "${HEADS[0]}".`, 'Download the model again.');
  }

  /**
   * Several tensors' values one after the other: rows stacked. All are checked at once, before anything is read.
   * @throws ZoetropeError as `Checkpoint.expect`.
   */
  stacked(weights: Weight[], pieceValues?: number): AsyncGenerator<Float32Array> {
    for (const { name, shape } of weights) this.checkpoint.expect(name, shape);
    return this.read(weights, pieceValues);
  }

  /** As `stacked`, in pieces of whole rows of `width` values. */
  rows(weights: Weight[], width: number): AsyncGenerator<Float32Array> {
    return this.stacked(weights, Math.max(1, Math.floor(PIECE_VALUES / width)) * width);
  }

  private async *read(weights: Weight[], pieceValues?: number): AsyncGenerator<Float32Array> {
    for (const { name, shape } of weights) {
      for await (const piece of this.checkpoint.read(name, shape, pieceValues)) {
        if (!piece.every(Number.isFinite)) {
          throw new ZoetropeError('model-broken', `The tensor "${name}" holds values that are no numbers.`, 'Download the model again.');
        }
        yield piece;
      }
    }
  }
}
