// SPDX-License-Identifier: Apache-2.0
import { pictureName } from '../contract';
import type { KvCache } from '../runtime';
import type { PicturePlan } from '../model';
import type { TokenSequence as Sequence } from '../sequence';

/** A sequence whose pictures know how they become tokens. */
export type TokenSequence = Sequence<PicturePlan>;

/** Least number of shared positions worth copying. All prompts share a shorter prefix, the model's instructions. */
const WORTH_COPYING = 32;

/** Stands for the vector that ends a video. Pictures count down from -1 and never get there. */
const VIDEO_END = -(2 ** 31);

/**
 * The prefix cache: KV caches of conversations that may continue. The prefix that a new prompt shares with one of them
 * is not prefilled again. Limited in bytes; the least recently used is dropped first. All belong to one model.
 */
export class KvPrefixes {
  /** Oldest first. `keys` identifies the contents of each cache, position by position. */
  #kept: { keys: Int32Array; cache: KvCache }[] = [];
  readonly #pictures = new Map<string, number>();

  constructor(private limit: number) {}

  /** Bytes in use. */
  get bytes(): number {
    return this.#kept.reduce((sum, { cache }) => sum + cache.bytes, 0);
  }

  /** Sets the limit in bytes and drops caches above it. */
  setLimit(limit: number): void {
    this.limit = limit;
    this.shrink(limit);
  }

  /** Drops the oldest caches until the rest uses at most this many bytes. */
  shrink(limit: number): void {
    let { bytes } = this;
    while (bytes > limit) {
      const { cache: oldest } = this.#kept.shift()!;
      bytes -= oldest.bytes;
      oldest.dispose();
    }
  }

  /**
   * One number per position: the id of a token, or for each position of a picture a negative number that stands for the
   * picture.
   */
  keys({ ids, images }: TokenSequence): Int32Array {
    const keys = Int32Array.from(ids);
    for (const { at, length, item, sharers = [], plan, ended } of images) {
      const name = `${[item, ...sharers].map(({ picture }) => pictureName(picture)).join('+')} ${plan.key}`;
      const number = this.#pictures.get(name) ?? -1 - this.#pictures.size;
      this.#pictures.set(name, number);
      keys.fill(number, at, at + length);
      if (ended) keys[at + length - 1] = VIDEO_END;
    }
    return keys;
  }

  /**
   * Takes the cache that shares the longest prefix with `keys`, truncated to that prefix. Undefined if none shares
   * enough. If the prefix is less than half of the kept conversation, it is copied, because that conversation may still
   * continue. The caller owns the returned cache until it is put back. At least one position is left to prefill,
   * because it yields the logits.
   */
  async take(keys: Int32Array): Promise<KvCache | undefined> {
    const best = this.#longest(keys);
    if (!best) return undefined;
    const { cache, shared, copied } = best;
    if (copied) return cache.fork(shared, keys.length).catch(() => undefined); // if there is no memory for the copy, the prefix is prefilled again
    this.#kept = this.#kept.filter((kept) => kept.cache !== cache);
    cache.truncate(shared);
    return cache;
  }

  /** The number of positions that `take` would return. */
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

  /** Keeps a cache. @param keys one for each position in the cache; may be longer. */
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
