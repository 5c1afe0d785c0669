// SPDX-License-Identifier: Apache-2.0
import {
  pictureName,
  say,
  throwIfCancelled,
  ZoetropeError,
  type Item,
  type PictureRef,
  type SentPicture,
} from '../contract';
import { pictureHash } from '../media';
import { looksOutside } from '../model';
import { fitPictureSteps, normalised } from '../vision';
import { FeatureFiles } from './feature-files';
import { inSteps } from './in-steps';
import type { JobOptions } from './items';
import type { ReadyModel } from './ready-model';
import type { PictureStore } from './pictures';
import { VisionCache, type EncodedPicture } from './vision-cache';

/** Vision features of pictures. Each picture is encoded once; its features are kept in memory and on disk. */
export class PictureFeatures {
  readonly #memory = new VisionCache();
  readonly #files: FeatureFiles | undefined;

  /** @param folder folder for features on disk; without it they are only kept in memory. */
  constructor(
    private readonly pictures: PictureStore,
    folder: string | undefined,
  ) {
    this.#files = folder === undefined ? undefined : new FeatureFiles(folder);
  }

  /** Bytes in use in memory. */
  get bytes(): number {
    return this.#memory.bytes;
  }

  async bytesOnDisk(): Promise<number> {
    return (await this.#files?.bytes()) ?? 0;
  }

  /** Drops the features in memory, before another model is loaded. */
  clearMemory(): void {
    this.#memory.clear();
  }

  async clearAll(): Promise<void> {
    this.#memory.clear();
    await this.#files?.clear();
  }

  async has(loaded: ReadyModel, picture: PictureRef): Promise<boolean> {
    const name = pictureName(picture);
    return this.#memory.has(name) || ((await this.#files?.has(weightsName(loaded), name)) ?? false);
  }

  /**
   * Encodes pictures or finds their features. Reports progress as step `vision`, in pictures.
   * @returns the features [tokensPerPicture, hiddenSize] of each picture, and which resized picture was encoded.
   * @throws model-broken, file-missing, file-changed, out-of-memory, cancelled.
   */
  async encode(
    loaded: ReadyModel,
    items: readonly Item[],
    { signal, onProgress }: JobOptions,
  ): Promise<{ features: Float32Array[]; sent: SentPicture[] }> {
    const { model, info } = loaded;
    const features: Float32Array[] = [];
    const sent: SentPicture[] = [];
    const total = items.length;
    for (const { origin, picture } of items) {
      throwIfCancelled(signal);
      onProgress?.({ step: 'vision', done: sent.length, total });
      const encoded = await this.#encodeOne(loaded, picture, signal);
      features.push(encoded.features);
      const { outside } = model.folder;
      sent.push({
        origin,
        picture,
        input: encoded.input,
        ...(outside && { outside: looksOutside(encoded.features, outside) }),
      });
      await new Promise((resolve) => setImmediate(resolve)); // cached pictures run no model, so a cancel must be let through here
    }
    onProgress?.({ step: 'vision', done: total, total });
    if (
      info.tokensPerPicture * total !==
      features.reduce((sum, rows) => sum + rows.length / model.folder.hiddenSize, 0)
    ) {
      throw new ZoetropeError(
        'model-broken',
        say`The model gave an unexpected number of picture tokens.`,
        say`Choose another model.`,
      );
    }
    return { features, sent };
  }

  /** Features from memory, from disk, or from the vision tower. */
  async #encodeOne(loaded: ReadyModel, picture: PictureRef, signal: AbortSignal | undefined): Promise<EncodedPicture> {
    const { model, preprocess, info } = loaded;
    const name = pictureName(picture);
    const remembered = this.#memory.get(name);
    if (remembered) return remembered;
    const weights = weightsName(loaded);
    let encoded = await this.#files?.get(weights, name, info.tokensPerPicture * model.folder.hiddenSize);
    if (!encoded) {
      const input = await inSteps(fitPictureSteps(await this.pictures.get(picture), preprocess), signal);
      const features = await model.vision.encode(normalised(input, preprocess), signal);
      encoded = { features, input: { sha256: pictureHash(input), width: input.width, height: input.height } };
      await this.#files?.set(weights, name, encoded);
    }
    this.#memory.set(name, encoded);
    return encoded;
  }
}

/** Identifies everything that features depend on besides the picture. */
const weightsName = ({ model, info }: ReadyModel): string => `${info.fingerprint}-${model.precisions.vision_encoder}`;
