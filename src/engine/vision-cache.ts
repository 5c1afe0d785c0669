import type { PictureRef } from '../contract';

/** What the model made of a picture, and the resized picture it was made from. */
export interface SeenPicture {
  features: Float32Array;
  input: PictureRef;
}

const LIMIT_BYTES = 512 * 1024 * 1024;

/** Vision features by picture name (hash and size), least recently used first out. Belongs to one model: cleared when another is loaded. */
export class VisionCache {
  readonly #seen = new Map<string, SeenPicture>();
  #bytes = 0;

  constructor(private readonly limit = LIMIT_BYTES) {}

  /** Bytes held. */
  get bytes(): number {
    return this.#bytes;
  }

  has(name: string): boolean {
    return this.#seen.has(name);
  }

  get(name: string): SeenPicture | undefined {
    const seen = this.#seen.get(name);
    if (!seen) return undefined;
    this.#seen.delete(name); // and in again at the young end
    this.#seen.set(name, seen);
    return seen;
  }

  set(name: string, seen: SeenPicture): void {
    this.#seen.set(name, seen);
    this.#bytes += seen.features.byteLength;
    for (const [oldest, { features }] of this.#seen) {
      if (this.#bytes <= this.limit) break;
      this.#seen.delete(oldest);
      this.#bytes -= features.byteLength;
    }
  }

  clear(): void {
    this.#seen.clear();
    this.#bytes = 0;
  }
}
