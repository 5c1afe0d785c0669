// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError } from '../contract';
import { asFloats, floatsFor, zeros, type OnnxSession, type Tensor, type TensorType } from './session';

/** Encodes one picture to the embeddings that represent it in the sequence. */
export class VisionEncoder {
  /**
   * @param imageSize side of the square picture, in pixels.
   * @param tokens embeddings per picture. @param hiddenSize width of an embedding.
   */
  constructor(
    private readonly session: OnnxSession,
    readonly imageSize: number,
    readonly tokens: number,
    readonly hiddenSize: number,
  ) {}

  /**
   * Encodes one picture per run: batches are slower on a CPU and cannot be stopped between pictures.
   * @param pixels [3, imageSize, imageSize], normalised according to the model's `PixelSettings`.
   * @returns [tokens, hiddenSize].
   * @throws ZoetropeError `bad-request` if the number of pixels differs; otherwise as `OnnxSession.run`.
   */
  async encode(pixels: Float32Array, signal?: AbortSignal): Promise<Float32Array> {
    const expected = 3 * this.imageSize ** 2;
    if (pixels.length !== expected) {
      throw new ZoetropeError(
        'bad-request',
        say`The picture is not of the size that the model takes.`,
        say`Prepare it for this model.`,
        `${pixels.length} values, not ${expected}`,
      );
    }
    const { inputs } = this.session;
    const input = inputs.find(({ name }) => name === 'pixel_values') ?? inputs[0]!;
    const output = this.session.outputs[0]!;
    const square = [this.imageSize, this.imageSize];
    // The published graphs of SmolVLM take [batch, pictures, 3, side, side], and which pixels belong to the picture: all.
    const several = input.shape.length === 5 ? [1, 1] : [1];
    const feeds: Record<string, Tensor> = { [input.name]: floatsFor(input, pixels, [...several, 3, ...square]) };
    const mask = inputs.find(({ name }) => name === 'pixel_attention_mask');
    if (mask) feeds[mask.name] = filled(mask.type, [...several, ...square]);
    const results = await this.session.run(feeds, { signal, wanted: [output.name] });
    const features = asFloats(results[output.name]!);
    if (features.length !== this.tokens * this.hiddenSize) {
      throw new ZoetropeError(
        'model-broken',
        say`The vision tower of the model does not fit its config.json.`,
        say`Download the model again.`,
        `${features.length} values, not ${this.tokens} x ${this.hiddenSize}`,
      );
    }
    return features;
  }

  dispose(): Promise<void> {
    return this.session.dispose();
  }
}

/** A tensor of ones. */
function filled(type: TensorType, shape: readonly number[]): Tensor {
  const tensor = zeros(type, shape);
  const { data } = tensor;
  if (data instanceof BigInt64Array) data.fill(1n);
  else data.fill(1);
  return tensor;
}
