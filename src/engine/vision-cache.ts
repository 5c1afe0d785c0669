// SPDX-License-Identifier: Apache-2.0
import type { PictureRef } from '../contract';

/** The vision features of a picture, and the resized pictures they were made from. */
export interface EncodedPicture {
  features: Float32Array;
  /** The whole picture. */
  input: PictureRef;
  /** Its tiles, if there are any. */
  tiles: PictureRef[];
}

const LIMIT_BYTES = 512 * 1024 * 1024;

/**
 * Vision features in memory, by picture name (hash and size). The least recently used is dropped first. Belongs to one
 * model; cleared when another is loaded.
 */
export class VisionCache {
  readonly #pictures = new Map<string, EncodedPicture>();
  #bytes = 0;

  constructor(private readonly limit = LIMIT_BYTES) {}

  /** Bytes in use. */
  get bytes(): number {
    return this.#bytes;
  }

  has(name: string): boolean {
    return this.#pictures.has(name);
  }

  get(name: string): EncodedPicture | undefined {
    const encoded = this.#pictures.get(name);
    if (!encoded) return undefined;
    this.#pictures.delete(name); // reinserted below as the most recently used
    this.#pictures.set(name, encoded);
    return encoded;
  }

  set(name: string, encoded: EncodedPicture): void {
    this.#pictures.set(name, encoded);
    this.#bytes += encoded.features.byteLength;
    for (const [oldest, { features }] of this.#pictures) {
      if (this.#bytes <= this.limit) break;
      this.#pictures.delete(oldest);
      this.#bytes -= features.byteLength;
    }
  }

  clear(): void {
    this.#pictures.clear();
    this.#bytes = 0;
  }
}
