// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError } from '../contract';
import type { EncoderInput } from '../model';
import { asFloats, floatsFor, integersFor, zeros, type OnnxSession, type Tensor, type TensorType } from './session';

/** Encodes one picture to the embeddings that represent it in the sequence. */
export class VisionEncoder {
  /**
   * @param imageSize side of the square picture, in pixels.
   * @param tokens rows of features per picture. @param rowWidth values of a row.
   */
  constructor(
    private readonly session: OnnxSession,
    readonly imageSize: number,
    readonly tokens: number,
    readonly rowWidth: number,
  ) {}

  /**
   * Encodes one picture per run: batches are slower on a CPU and cannot be stopped between pictures.
   * @param pixels [3, imageSize, imageSize], normalised according to the model's `PixelSettings`; or the inputs that the
   *   picture's plan makes of them.
   * @returns [tokens, rowWidth].
   * @throws ZoetropeError `bad-request` if the number of pixels differs; otherwise as `OnnxSession.run`.
   */
  async encode(pixels: Float32Array | EncoderInput, signal?: AbortSignal): Promise<Float32Array> {
    if (!(pixels instanceof Float32Array)) return this.run(this.named(pixels), pixels.tokens, signal);
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
    const square = [this.imageSize, this.imageSize];
    // The published graphs of SmolVLM take [batch, pictures, 3, side, side], and which pixels belong to the picture: all.
    const several = input.shape.length === 5 ? [1, 1] : [1];
    const feeds: Record<string, Tensor> = { [input.name]: floatsFor(input, pixels, [...several, 3, ...square]) };
    const mask = inputs.find(({ name }) => name === 'pixel_attention_mask');
    if (mask) feeds[mask.name] = filled(mask.type, [...several, ...square]);
    return this.run(feeds, this.tokens, signal);
  }

  /** Named inputs in the types that the graph expects; a name that it does not have is left out. */
  private named({ values }: EncoderInput): Record<string, Tensor> {
    return Object.fromEntries(
      this.session.inputs.flatMap((info) => {
        const value = values[info.name];
        if (!value) return [];
        const { data, shape } = value;
        return [
          [info.name, data instanceof Float32Array ? floatsFor(info, data, shape) : integersFor(info, data, shape)],
        ];
      }),
    );
  }

  private async run(
    feeds: Record<string, Tensor>,
    tokens: number,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array> {
    const output = this.session.outputs[0]!;
    const results = await this.session.run(feeds, { signal, wanted: [output.name] });
    const features = asFloats(results[output.name]!);
    if (features.length !== tokens * this.rowWidth) {
      throw new ZoetropeError(
        'model-broken',
        say`The vision tower of the model does not fit its config.json.`,
        say`Download the model again.`,
        `${features.length} values, not ${tokens} x ${this.rowWidth}`,
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
