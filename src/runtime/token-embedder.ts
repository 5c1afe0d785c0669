// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError } from '../contract';
import { asFloats, integersFor, yieldToEventLoop, type OnnxSession } from './session';

/** Rows copied in one step: a millisecond or two. */
const ROWS_A_STEP = 256;

/** Token ids to embeddings. */
export class TokenEmbedder {
  constructor(
    private readonly session: OnnxSession,
    readonly hiddenSize: number,
    readonly vocabSize: number,
    /** Values of a row of a prompt; what follows the embedding is zero for text. */
    readonly rowWidth = hiddenSize,
  ) {}

  /**
   * @returns [ids.length, hiddenSize].
   * @throws ZoetropeError `bad-request` for an id outside the vocabulary; otherwise as `OnnxSession.run`.
   */
  async embed(ids: readonly number[], signal?: AbortSignal): Promise<Float32Array> {
    if (ids.length === 0) return new Float32Array(0);
    const stranger = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= this.vocabSize);
    if (stranger !== undefined) {
      throw new ZoetropeError(
        'bad-request',
        say`The text holds a token that the model does not know.`,
        say`Choose another model.`,
        `id ${stranger} of ${this.vocabSize}`,
      );
    }
    const input = this.session.inputs[0]!;
    const output = this.session.outputs[0]!;
    const out = new Float32Array(ids.length * this.hiddenSize);
    for (let at = 0; at < ids.length; at += ROWS_A_STEP) {
      const some = ids.slice(at, at + ROWS_A_STEP);
      const results = await this.session.run(
        { [input.name]: integersFor(input, some, [1, some.length]) },
        { signal, wanted: [output.name] },
      );
      const rows = asFloats(results[output.name]!);
      if (some.length === ids.length) return rows;
      out.set(rows, at * this.hiddenSize);
    }
    return out;
  }

  dispose(): Promise<void> {
    return this.session.dispose();
  }
}

/**
 * The embeddings of a whole interleaved sequence: text from the embedder, and for each `imageTokenId` the next row of
 * the pictures' features, in order.
 * @param ids the sequence; a picture is `imageTokenId` repeated once for each of its tokens.
 * @param features one [tokens, rowWidth] per picture, with any number of tokens.
 * @returns [ids.length, rowWidth].
 * @throws ZoetropeError `prompt-mismatch` if the number of placeholders differs from the number of feature rows.
 */
export async function embedSequence(
  embedder: TokenEmbedder,
  ids: readonly number[],
  imageTokenId: number,
  features: readonly Float32Array[],
  signal?: AbortSignal,
): Promise<Float32Array> {
  const { hiddenSize, rowWidth: width } = embedder;
  const slots = ids.reduce((count, id) => count + (id === imageTokenId ? 1 : 0), 0);
  const rows = features.reduce((count, f) => count + f.length / width, 0);
  if (slots !== rows) {
    throw new ZoetropeError(
      'prompt-mismatch',
      say`The question refers to another number of pictures than it has.`,
      say`Remove the pictures and add them again.`,
      `${slots} places, ${rows} feature rows`,
    );
  }
  const text = await embedder.embed(
    ids.filter((id) => id !== imageTokenId),
    signal,
  );
  const out = new Float32Array(ids.length * width);
  let textAt = 0;
  let picture = 0;
  let pictureAt = 0;
  for (let i = 0; i < ids.length; i++) {
    if (i % ROWS_A_STEP === ROWS_A_STEP - 1) await yieldToEventLoop();
    if (ids[i] !== imageTokenId) {
      out.set(text.subarray(textAt, (textAt += hiddenSize)), i * width);
      continue;
    }
    while (pictureAt === features[picture]!.length) {
      picture++;
      pictureAt = 0;
    }
    out.set(features[picture]!.subarray(pictureAt, (pictureAt += width)), i * width);
  }
  return out;
}
