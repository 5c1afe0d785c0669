import { randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ZoetropeError, type PictureRef, type RgbImage } from '../contract';
import { decodePng, encodePng, pictureHash } from '../media';

/** Raw pictures kept at hand, in bytes: a question usually comes right after its frames were read. */
const KEEP_BYTES = 256 * 1024 * 1024;

/**
 * Pictures by content: `<folder>/<sha256>.png`, lossless, so that what the tray shows and a receipt names is exactly
 * what the model is given. The name is the hash of the raw rgb24 bytes, not of the file.
 */
export class PictureStore {
  readonly #recent = new Map<string, RgbImage>();
  #recentBytes = 0;

  constructor(private readonly folder: string) {}

  async put(image: RgbImage): Promise<PictureRef> {
    const sha256 = pictureHash(image);
    const file = this.file(sha256);
    const known = await access(file).then(() => true, () => false);
    if (!known) {
      await mkdir(this.folder, { recursive: true });
      const partial = join(this.folder, `.${randomUUID()}.part`);
      await writeFile(partial, await encodePng(image));
      await rename(partial, file);
    }
    this.#keep(sha256, image);
    return { sha256, width: image.width, height: image.height };
  }

  /** @throws file-missing when the picture is gone, file-changed when its file is no longer what its name says. */
  async get({ sha256 }: PictureRef): Promise<RgbImage> {
    const recent = this.#recent.get(sha256);
    if (recent) return recent;
    const png = await readFile(this.file(sha256)).catch((error: unknown) => {
      throw new ZoetropeError('file-missing', 'A picture of this question is no longer on disk.', 'Remove it from the tray and sample or capture it again.', String(error));
    });
    const image = await decodePng(png);
    if (pictureHash(image) !== sha256) {
      throw new ZoetropeError('file-changed', 'A picture of this question was changed on disk.', 'Remove it from the tray and sample or capture it again.', sha256);
    }
    this.#keep(sha256, image);
    return image;
  }

  /** Where a picture of this hash lies, or would. */
  file(sha256: string): string {
    return join(this.folder, `${sha256}.png`);
  }

  #keep(sha256: string, image: RgbImage): void {
    if (this.#recent.has(sha256)) return;
    this.#recent.set(sha256, image);
    this.#recentBytes += image.data.length;
    for (const [oldest, { data }] of this.#recent) {
      if (this.#recentBytes <= KEEP_BYTES) break;
      this.#recent.delete(oldest);
      this.#recentBytes -= data.length;
    }
  }
}
