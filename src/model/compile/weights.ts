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

  /** The output head: its own tensor, or the embedding table if tied or absent. */
  head(tied: boolean): string {
    const own = HEADS.find((name) => this.checkpoint.has(name));
    return tied || own === undefined ? this.name('text', 'embed_tokens.weight') : own;
  }

  /** Several tensors' values one after the other: rows stacked. */
  async *stacked(weights: Weight[]): AsyncGenerator<Float32Array> {
    for (const weight of weights) yield* this.checkpoint.read(weight.name, weight.shape);
  }
}
