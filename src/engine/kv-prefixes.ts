// SPDX-License-Identifier: Apache-2.0
import { pictureName } from '../contract';
import type { KvCache } from '../runtime';
import type { TokenSequence } from '../sequence';

/** Positions. All prompts share a shorter beginning: the model's instructions. */
const WORTH_COPYING = 32;

/**
 * The caches of conversations that may go on: what a new prompt shares with one of them from its beginning on is not
 * prefilled again. Within a budget of bytes, the one used longest ago out first. All belong to one model.
 */
export class KvPrefixes {
  /** Oldest first. `keys` name what each cache holds. */
  #kept: { keys: Int32Array; cache: KvCache }[] = [];
  readonly #pictures = new Map<string, number>();

  constructor(private limit: number) {}

  /** Bytes held. */
  get bytes(): number {
    return this.#kept.reduce((sum, { cache }) => sum + cache.bytes, 0);
  }

  /** Keeps no more than this from now on. */
  setLimit(limit: number): void {
    this.limit = limit;
    this.shrink(limit);
  }

  /** Lets the oldest go until the rest is within so many bytes. */
  shrink(limit: number): void {
    let { bytes } = this;
    while (bytes > limit) {
      const { cache: oldest } = this.#kept.shift()!;
      bytes -= oldest.bytes;
      oldest.dispose();
    }
  }

  /** One number a position: a token's id, or for each position of a picture the picture's own, below zero. */
  keys({ ids, images }: TokenSequence, tokensPerPicture: number): Int32Array {
    const keys = Int32Array.from(ids);
    for (const { at, item } of images) {
      const name = pictureName(item.picture);
      const number = this.#pictures.get(name) ?? -1 - this.#pictures.size;
      this.#pictures.set(name, number);
      keys.fill(number, at, at + tokensPerPicture);
    }
    return keys;
  }

  /**
   * The cache that shares the longest beginning with `keys`, cut back to it, or undefined if none shares enough. Of a
   * conversation that shares only its first half or less the beginning is copied: it may still go on.
   * It is the caller's until it is put back. At least one position is left to prefill: it gives the logits.
   */
  async take(keys: Int32Array): Promise<KvCache | undefined> {
    const best = this.#longest(keys);
    if (!best) return undefined;
    const { cache, shared, copied } = best;
    if (copied) return cache.fork(shared, keys.length).catch(() => undefined); // without the memory for it, the beginning is prefilled again
    this.#kept = this.#kept.filter((kept) => kept.cache !== cache);
    cache.truncate(shared);
    return cache;
  }

  /** How many positions `take` would give. */
  known(keys: Int32Array): number {
    return this.#longest(keys)?.shared ?? 0;
  }

  #longest(keys: Int32Array): { cache: KvCache; shared: number; copied: boolean } | undefined {
    let best: { keys: Int32Array; cache: KvCache; shared: number } | undefined;
    for (const kept of this.#kept) {
      const shared = Math.min(sharedLength(kept.keys, keys), keys.length - 1);
      if (shared > (best?.shared ?? 0)) best = { ...kept, shared };
    }
    if (!best) return undefined;
    const copied = 2 * best.shared < best.keys.length;
    return copied && best.shared < WORTH_COPYING ? undefined : { ...best, copied };
  }

  /** @param keys of all positions that the cache holds, or of more. */
  put(keys: Int32Array, cache: KvCache): void {
    if (cache.length === 0) return cache.dispose();
    this.#kept.push({ keys: keys.slice(0, cache.length), cache });
    this.shrink(this.limit);
  }

  clear(): void {
    for (const { cache } of this.#kept) cache.dispose();
    this.#kept = [];
    this.#pictures.clear();
  }
}

function sharedLength(a: Int32Array, b: Int32Array): number {
  const most = Math.min(a.length, b.length);
  let shared = 0;
  while (shared < most && a[shared] === b[shared]) shared++;
  return shared;
}
