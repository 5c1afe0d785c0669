// SPDX-License-Identifier: Apache-2.0
import {
  pictureName,
  say,
  throwIfCancelled,
  ZoetropeError,
  type Item,
  type RgbImage,
  type SentPicture,
} from '../contract';
import { pictureHash } from '../media';
import { looksOutside, type PicturePlan } from '../model';
import { tokensOfEach, type SequencePicture } from '../sequence';
import { normalised } from '../vision';
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

  /** Whether a picture of a sequence need not be encoded. */
  async has(loaded: ReadyModel, picture: EncodedInput): Promise<boolean> {
    const name = nameOf(picture);
    return this.#memory.has(name) || ((await this.#files?.has(weightsName(loaded), name)) ?? false);
  }

  /**
   * Encodes the pictures of a sequence or finds their features. Reports progress as step `vision`, in pictures; a
   * picture of several tiles is done bit by bit.
   * @returns the rows of all pictures in order, in arrays [rows, rowWidth], and which resized pictures were encoded.
   * @throws model-broken, file-missing, file-changed, out-of-memory, cancelled.
   */
  async encode(
    loaded: ReadyModel,
    images: readonly EncodedInput[],
    { signal, onProgress }: JobOptions,
  ): Promise<{ features: Float32Array[]; sent: SentPicture[] }> {
    const { model, newline } = loaded;
    const { outside } = model.folder;
    const features: Float32Array[] = [];
    const sent: SentPicture[] = [];
    const total = images.length;
    const tokens = tokensOfEach(images);
    for (const [at, image] of images.entries()) {
      const { item, plan, ended } = image;
      const { origin, picture } = item;
      throwIfCancelled(signal);
      const onTile = (tile: number): void =>
        onProgress?.({ step: 'vision', done: sent.length + tile / plan.tiles, total });
      onTile(0);
      const { features: rows, input, tiles } = await this.#encodeOne(loaded, image, onTile, signal);
      features.push(rows, ...(ended ? [newline!] : []));
      sent.push({
        origin,
        picture,
        input,
        tokens: tokens[at]!,
        ...(tiles.length > 0 && { tiles }),
        ...(outside && { outside: looksOutside(rows, outside) }),
      });
      await new Promise((resolve) => setImmediate(resolve)); // cached pictures run no model, so a cancel must be let through here
    }
    onProgress?.({ step: 'vision', done: total, total });
    return { features, sent };
  }

  /** Features from memory, from disk, or from the vision tower. */
  async #encodeOne(
    loaded: ReadyModel,
    image: EncodedInput,
    onTile: (tile: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<EncodedPicture> {
    const { model, preprocess, newline } = loaded;
    const { item, sharers = [], shared = false, plan } = image;
    const length = shared ? 0 : plan.rows * model.folder.rowWidth;
    const name = nameOf(image);
    const remembered = this.#memory.get(name);
    if (remembered) return remembered;
    const weights = weightsName(loaded);
    let encoded = await this.#files?.get(weights, name, length);
    if (!encoded) {
      const cut = async ({ picture }: Item): Promise<RgbImage[]> =>
        inSteps(plan.cut(await this.pictures.get(picture)), signal);
      const tiles = await cut(item);
      const features: Float32Array[] = [];
      if (!shared) {
        const beside: RgbImage[][] = [];
        for (const sharer of sharers) beside.push(await cut(sharer));
        for (const [at, tile] of tiles.entries()) {
          onTile(at);
          const pixels = [tile, ...beside.map((one) => one[at]!)].map((one) => normalised(one, preprocess));
          features.push(await model.vision.encode(plan.encoderInput?.(pixels) ?? pixels[0]!, signal));
        }
      }
      const [input, ...others] = tiles.map((tile) => ({
        sha256: pictureHash(tile),
        width: tile.width,
        height: tile.height,
      }));
      const rows = shared ? new Float32Array(0) : plan.pack(features, newline);
      encoded = { features: rows, input: input!, tiles: others };
      if (encoded.features.length !== length) {
        throw new ZoetropeError(
          'model-broken',
          say`The model gave an unexpected number of picture tokens.`,
          say`Choose another model.`,
        );
      }
      await this.#files?.set(weights, name, encoded);
    }
    this.#memory.set(name, encoded);
    return encoded;
  }
}

/** A picture of a sequence, as far as it is encoded. */
type EncodedInput = SequencePicture<PicturePlan>;

/** Identifies a picture, those that share its tokens, and the way in which they are encoded. */
function nameOf({ item, sharers = [], shared, plan: { key } }: EncodedInput): string {
  const names = [item, ...sharers].map(({ picture }) => pictureName(picture));
  return [...names, ...(key === '' ? [] : [key]), ...(shared ? ['shared'] : [])].join('-');
}

/** Identifies everything that features depend on besides the picture. */
const weightsName = ({ model, info }: ReadyModel): string => `${info.fingerprint}-${model.precisions.vision_encoder}`;
