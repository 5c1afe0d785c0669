// SPDX-License-Identifier: Apache-2.0
/** Finds a model's tensors under the names used by the original and by different versions of transformers. */

import { say, ZoetropeError } from '../../contract';
import type { Checkpoint } from '../safetensors';

/**
 * Prefixes of each part's names: in the llava-hf checkpoints, as saved by transformers 4.52 and 5, in the original, and
 * in SmolVLM2's. `native` is a vision tower that takes pictures in their own shape (Qwen3-VL).
 */
const PREFIXES = {
  vision: [
    'vision_tower.vision_model.',
    'model.vision_tower.vision_model.',
    'model.vision_tower.',
    'vision_tower.',
    'model.vision_tower.vision_tower.vision_model.',
    'model.vision_model.',
    'vision_model.',
  ],
  native: ['model.visual.', 'visual.'],
  text: [
    'language_model.model.',
    'model.language_model.',
    'model.language_model.model.',
    'model.text_model.',
    'text_model.',
    'model.',
  ],
} as const;

const PROBES = {
  vision: 'embeddings.patch_embedding.weight',
  native: 'patch_embed.proj.weight',
  text: 'embed_tokens.weight',
} as const;

/** The projector's two layers. */
const PROJECTORS = [
  ['multi_modal_projector.linear_1', 'multi_modal_projector.linear_2'],
  ['model.multi_modal_projector.linear_1', 'model.multi_modal_projector.linear_2'],
  ['model.mm_projector.0', 'model.mm_projector.2'],
] as const;

/** SmolVLM's only layer. */
const CONNECTORS = ['model.connector.modality_projection.proj', 'connector.modality_projection.proj'];

/** The vector after a row of tiles. */
export const IMAGE_NEWLINES = ['model.image_newline', 'image_newline', 'language_model.model.image_newline'];

export const HEADS = ['language_model.lm_head.weight', 'lm_head.weight', 'model.language_model.lm_head.weight'];

/** Values read at once: 4 MiB as floats. */
const PIECE_VALUES = 1 << 20;

/** A named tensor of the checkpoint, with the shape that the config gives it. */
export interface Weight {
  name: string;
  shape: number[];
}

/** What the compiler needs of a checkpoint. */
export type Tensors = Pick<Checkpoint, 'has' | 'expect' | 'read'>;

export class ModelWeights {
  constructor(readonly checkpoint: Tensors) {}

  /**
   * The full name of a tensor of one part.
   * @throws ZoetropeError `model-incomplete` if the checkpoint lacks the whole part.
   */
  name(graph: keyof typeof PREFIXES, tail: string): string {
    const prefix = PREFIXES[graph].find((p) => this.checkpoint.has(p + PROBES[graph]));
    if (prefix === undefined) throw missing(PREFIXES[graph][0] + PROBES[graph]);
    return prefix + tail;
  }

  /**
   * The projector's two layers, without `.weight` and `.bias`.
   * @throws ZoetropeError as `name`.
   */
  projector(): readonly [string, string] {
    const names = PROJECTORS.find(([first]) => this.checkpoint.has(`${first}.weight`));
    if (!names) throw missing(`${PROJECTORS[0][0]}.weight`);
    return names;
  }

  /** SmolVLM's projector, without `.weight`. @throws ZoetropeError as `name`. */
  connector(): string {
    const name = CONNECTORS.find((one) => this.checkpoint.has(`${one}.weight`));
    if (name === undefined) throw missing(`${CONNECTORS[0]!}.weight`);
    return name;
  }

  /** The vector after a row of tiles, if the model has one. */
  imageNewline(width: number): AsyncGenerator<Float32Array> | undefined {
    const name = IMAGE_NEWLINES.find((one) => this.checkpoint.has(one));
    return name === undefined ? undefined : this.stacked([{ name, shape: [width] }]);
  }

  /**
   * The output head: its own tensor, or the embedding table if they are tied. A tensor that is present is used whatever
   * the config says, as in transformers 5: if it equals the table, the result is the same.
   * @throws ZoetropeError `model-incomplete` if it should have its own tensor and has none.
   */
  head(tied: boolean): string {
    const own = HEADS.find((name) => this.checkpoint.has(name));
    if (own !== undefined) return own;
    if (tied) return this.name('text', 'embed_tokens.weight');
    throw missing(HEADS[0]!);
  }

  /**
   * The values of several tensors one after the other, that is, their rows stacked. All tensors are checked before any
   * is read.
   * @throws ZoetropeError as `Checkpoint.expect`.
   */
  stacked(weights: Weight[], chunkValues?: number): AsyncGenerator<Float32Array> {
    for (const { name, shape } of weights) this.checkpoint.expect(name, shape);
    return this.read(weights, chunkValues);
  }

  /** As `stacked`, in arrays of whole rows of `width` values. */
  rows(weights: Weight[], width: number): AsyncGenerator<Float32Array> {
    return this.stacked(weights, Math.max(1, Math.floor(PIECE_VALUES / width)) * width);
  }

  private async *read(weights: Weight[], chunkValues?: number): AsyncGenerator<Float32Array> {
    for (const { name, shape } of weights) {
      for await (const chunk of this.checkpoint.read(name, shape, chunkValues)) {
        if (!allFinite(chunk)) {
          throw new ZoetropeError(
            'model-broken',
            say`The tensor "${name}" has values that are not numbers.`,
            say`Download the model again.`,
          );
        }
        yield chunk;
      }
    }
  }
}

function allFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! - values[i]!; // NaN if there is a NaN or an infinity
  return sum === 0;
}

function missing(tensor: string): ZoetropeError {
  return new ZoetropeError(
    'model-incomplete',
    say`The model's weights have no tensor "${tensor}".`,
    say`Download the model again, or choose another one.`,
  );
}
