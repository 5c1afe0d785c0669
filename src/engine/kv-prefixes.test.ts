// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Item } from '../contract';
import type { PicturePlan } from '../model';
import type { KvCache } from '../runtime';
import { KvPrefixes } from './kv-prefixes';

/** A cache that uses ten bytes per position. */
function fake(length: number) {
  const cache = {
    length,
    disposed: false,
    get bytes() {
      return 10 * this.length;
    },
    truncate(to: number) {
      this.length = Math.min(this.length, to);
    },
    fork(to: number) {
      return Promise.resolve(Object.assign(fake(to), { copyOf: this }));
    },
    dispose() {
      this.disposed = true;
    },
  };
  return cache as unknown as KvCache & { disposed: boolean };
}

const keys = (...ids: number[]) => Int32Array.from(ids);

describe('the caches of conversations', () => {
  it('give the longest common beginning, cut back to it, and leave one position to prefill', async () => {
    const prefixes = new KvPrefixes(1000);
    const [short, long] = [fake(4), fake(6)];
    prefixes.put(keys(1, 2, 3, 9), short);
    prefixes.put(keys(1, 2, 3, 4, 5, 6), long);
    expect(await prefixes.take(keys(1, 2, 3, 4, 5, 7, 8))).toBe(long);
    expect(long.length).toBe(5);
    expect(await prefixes.take(keys(1, 2, 3, 9))).toBe(short);
    expect(short.length).toBe(3);
    expect(await prefixes.take(keys(1, 2, 3, 9))).toBeUndefined(); // the caller owns them until they are put back
  });

  it('keep a conversation that only began with the same words, and copy a beginning that is worth it', async () => {
    const prefixes = new KvPrefixes(1000);
    const cache = fake(6);
    prefixes.put(keys(1, 2, 3, 4, 5, 6), cache);
    expect(await prefixes.take(keys(1, 2, 9, 9, 9, 9))).toBeUndefined();
    expect(cache.length).toBe(6);
    expect(await prefixes.take(keys())).toBeUndefined();
    const pictures = Array.from({ length: 40 }, (_, i) => -i);
    const long = fake(100);
    prefixes.put(keys(...pictures, ...new Array<number>(60).fill(7)), long);
    expect(await prefixes.take(keys(...pictures, 8, 8))).toMatchObject({ length: 40, copyOf: long });
    expect(long.length).toBe(100);
  });

  it('know only what the cache holds', async () => {
    const prefixes = new KvPrefixes(1000);
    prefixes.put(keys(1, 2, 3, 4), fake(2)); // as left by a prefill that was cancelled
    expect(await prefixes.take(keys(1, 2, 3, 4))).toHaveProperty('length', 2);
    const empty = fake(0);
    prefixes.put(keys(1), empty);
    expect(empty.disposed).toBe(true);
  });

  it('stay below the limit, the one used longest ago out first', async () => {
    const prefixes = new KvPrefixes(100);
    const [a, b, c] = [fake(4), fake(4), fake(4)];
    prefixes.put(keys(1, 1, 1, 1), a);
    prefixes.put(keys(2, 2, 2, 2), b);
    prefixes.put(keys(1, 1, 1, 1), (await prefixes.take(keys(1, 1, 1, 1, 1)))!);
    prefixes.put(keys(3, 3, 3, 3), c);
    expect([a, b, c].map(({ disposed }) => disposed)).toEqual([false, true, false]);
    prefixes.clear();
    expect([a, c].every(({ disposed }) => disposed)).toBe(true);
  });

  it('tell pictures apart by content and way, not by place', () => {
    const prefixes = new KvPrefixes(100);
    const picture = (digit: string): Item => ({
      id: Math.random().toString(),
      origin: { kind: 'photo', source: { id: 's', name: 's' } },
      picture: { sha256: digit.repeat(64), width: 1, height: 1 },
    });
    const plan = (key: string) => ({ key }) as PicturePlan;
    let way = '';
    const sequence = (...images: Item[]) => ({
      ids: Int32Array.of(5, ...images.flatMap(() => [7, 7])),
      images: images.map((item, k) => ({ at: 1 + 2 * k, length: 2, item, plan: plan(way), ended: false })),
    });
    const of = (...images: Item[]) => [...prefixes.keys(sequence(...images))];
    const [ab, ba, again] = [
      of(picture('a'), picture('b')),
      of(picture('b'), picture('a')),
      of(picture('a'), picture('b')),
    ];
    expect(ab).toEqual(again);
    expect(ab.slice(1).every((key) => key < 0)).toBe(true);
    expect(ba).toEqual([5, ab[3], ab[4], ab[1], ab[2]]);
    way = 'tiled';
    expect(of(picture('a'))[1]).not.toBe(ab[1]);
    way = '';
    const [ended] = sequence(picture('a')).images;
    const keys = prefixes.keys({ ids: Int32Array.of(7, 7), images: [{ ...ended!, at: 0, ended: true }] });
    expect(keys[0]).toBe(ab[1]);
    expect([ab[1], ab[2], ab[3]]).not.toContain(keys[1]);
    const shared = { ...sequence(picture('a')).images[0]!, sharers: [picture('b')] };
    expect(prefixes.keys({ ids: Int32Array.of(5, 7, 7), images: [shared] })[1]).not.toBe(ab[1]);
  });
});
