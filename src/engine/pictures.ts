// SPDX-License-Identifier: Apache-2.0
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pictureName, say, throwIfCancelled, ZoetropeError, type PictureRef, type RgbImage } from '../contract';
import { decodePng, encodePng, pictureHashSteps, writeWhole } from '../media';
import { inSteps } from './in-steps';

/** Copies pictures from one store into another, except those whose contents do not match their names. @returns how many */
export async function admitPictures(
  from: PictureStore,
  pictures: readonly PictureRef[],
  into: PictureStore,
  signal: AbortSignal,
): Promise<number> {
  let admitted = 0;
  for (const picture of pictures) {
    throwIfCancelled(signal);
    const image = await from.get(picture).catch(() => undefined);
    if (!image) continue;
    await into.put(image);
    admitted++;
  }
  return admitted;
}

/** Decoded pictures kept in memory, in bytes, because a question usually follows soon after its frames were read. */
const KEEP_BYTES = 256 * 1024 * 1024;

/**
 * The picture store. Each picture is a lossless PNG, `<folder>/<sha256>-<width>x<height>.png`, so the picture that the
 * tray shows and the receipt names is exactly the one the model is given. The name is the hash of the raw rgb24 bytes,
 * not of the file.
 */
export class PictureStore {
  readonly #recent = new Map<string, RgbImage>();
  #recentBytes = 0;

  /** @param behind a store in which pictures are looked for that are not in this one. */
  constructor(
    private readonly folder: string,
    private readonly behind?: PictureStore,
  ) {}

  async put(image: RgbImage): Promise<PictureRef> {
    const picture = { sha256: await inSteps(pictureHashSteps(image)), width: image.width, height: image.height };
    const file = this.file(picture);
    const known = await access(file).then(
      () => true,
      () => false,
    );
    if (!known) {
      await mkdir(this.folder, { recursive: true });
      await writeWhole(file, async (partial) => writeFile(partial, await encodePng(image)));
    }
    this.#keep(pictureName(picture), image);
    return picture;
  }

  /**
   * Reads a picture. @throws file-missing if its file does not exist, file-changed if the contents do not match the
   * name.
   */
  async get(picture: PictureRef): Promise<RgbImage> {
    const name = pictureName(picture);
    const recent = this.#recent.get(name);
    if (recent) return recent;
    const { image } = await this.#read(picture);
    this.#keep(name, image);
    return image;
  }

  /** The file's bytes, a lossless PNG. @throws as `get`. */
  async png(picture: PictureRef): Promise<Buffer> {
    return (await this.#read(picture)).png;
  }

  async #read(picture: PictureRef): Promise<{ png: Buffer; image: RgbImage }> {
    const png = await readFile(this.file(picture)).catch((error: unknown) => {
      if (this.behind) return undefined;
      throw new ZoetropeError(
        'file-missing',
        say`A picture of this question is no longer on disk.`,
        say`Remove it from the tray and sample or capture it again.`,
        String(error),
      );
    });
    if (!png) return this.behind!.#read(picture);
    const image = await decodePng(png);
    if ((await inSteps(pictureHashSteps(image))) !== picture.sha256) {
      throw new ZoetropeError(
        'file-changed',
        say`A picture of this question was changed on disk.`,
        say`Remove it from the tray and sample or capture it again.`,
        pictureName(picture),
      );
    }
    return { png, image };
  }

  /** The file of a picture, whether it exists or not. */
  file(picture: PictureRef): string {
    return join(this.folder, `${pictureName(picture)}.png`);
  }

  #keep(name: string, image: RgbImage): void {
    if (this.#recent.has(name)) return;
    this.#recent.set(name, image);
    this.#recentBytes += image.data.length;
    for (const [oldest, { data }] of this.#recent) {
      if (this.#recentBytes <= KEEP_BYTES || oldest === name) break; // the last picture is kept whatever its size, or it would be decoded again at once
      this.#recent.delete(oldest);
      this.#recentBytes -= data.length;
    }
  }
}
