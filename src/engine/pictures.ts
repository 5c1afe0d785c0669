// SPDX-License-Identifier: Apache-2.0
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pictureName, say, ZoetropeError, type PictureRef, type RgbImage } from '../contract';
import { decodePng, encodePng, pictureHashSteps, writeWhole } from '../media';
import { inSteps } from './in-steps';

/** Raw pictures kept at hand, in bytes: a question usually comes right after its frames were read. */
const KEEP_BYTES = 256 * 1024 * 1024;

/**
 * Pictures by content: `<folder>/<sha256>-<width>x<height>.png`, lossless, so that what the tray shows and a receipt names is exactly
 * what the model is given. The name is the hash of the raw rgb24 bytes, not of the file.
 */
export class PictureStore {
  readonly #recent = new Map<string, RgbImage>();
  #recentBytes = 0;

  constructor(private readonly folder: string) {}

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

  /** @throws file-missing when the picture is gone, file-changed when its file is no longer what its name says. */
  async get(picture: PictureRef): Promise<RgbImage> {
    const name = pictureName(picture);
    const recent = this.#recent.get(name);
    if (recent) return recent;
    const png = await readFile(this.file(picture)).catch((error: unknown) => {
      throw new ZoetropeError(
        'file-missing',
        say`A picture of this question is no longer on disk.`,
        say`Remove it from the tray and sample or capture it again.`,
        String(error),
      );
    });
    const image = await decodePng(png);
    if ((await inSteps(pictureHashSteps(image))) !== picture.sha256) {
      throw new ZoetropeError(
        'file-changed',
        say`A picture of this question was changed on disk.`,
        say`Remove it from the tray and sample or capture it again.`,
        name,
      );
    }
    this.#keep(name, image);
    return image;
  }

  /** Where a picture lies, or would. */
  file(picture: PictureRef): string {
    return join(this.folder, `${pictureName(picture)}.png`);
  }

  #keep(name: string, image: RgbImage): void {
    if (this.#recent.has(name)) return;
    this.#recent.set(name, image);
    this.#recentBytes += image.data.length;
    for (const [oldest, { data }] of this.#recent) {
      if (this.#recentBytes <= KEEP_BYTES || oldest === name) break; // the last is kept whatever its size: it would be decoded anew at once
      this.#recent.delete(oldest);
      this.#recentBytes -= data.length;
    }
  }
}
