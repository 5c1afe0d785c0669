// SPDX-License-Identifier: Apache-2.0
/** Tokens decoded on keys and values in 8 bits, compared with floats. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileModel, type ModelFolder } from '../model';
import { loadModel, type KvCache, type LoadedModel } from '.';

const models = ['gqa', 'mha'] as const;
const runtimes = ['native', 'node'] as const;
let dir: string;
const folders = {} as Record<(typeof models)[number], ModelFolder>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zoetrope-int8-'));
  for (const name of models)
    folders[name] = await compileModel(join(import.meta.dirname, '../model/golden', name), join(dir, name), {
      precision: 'fp32',
    });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function softmax(logits: Float32Array): number[] {
  const top = logits.reduce((a, b) => Math.max(a, b));
  const weights = Array.from(logits, (logit) => Math.exp(logit - top));
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}

/** Kullback-Leibler divergence in nats. */
function divergence(a: Float32Array, b: Float32Array): number {
  const [p, q] = [softmax(a), softmax(b)];
  return p.reduce((sum, share, i) => sum + share * Math.log(share / q[i]!), 0);
}

const each = models.flatMap((name) => runtimes.map((runtime) => ({ name, runtime })));

describe.each(each)('the $name model in the $runtime runtime', ({ name, runtime }) => {
  let floats: LoadedModel;
  let bits: LoadedModel;
  beforeAll(async () => {
    floats = await loadModel(folders[name], { threads: 1, runtime, int8CacheFrom: Infinity });
    bits = await loadModel(folders[name], { threads: 1, runtime, int8CacheFrom: 0 });
  });
  afterAll(async () => {
    await floats?.dispose();
    await bits?.dispose();
  });

  const ids = (count: number, seed = 0) => Array.from({ length: count }, (_, i) => (i * 7919 + seed * 31) % 190);
  const embed = (text: number[]) => floats.embedder.embed(text);
  const close = (a: Float32Array, b: Float32Array) => {
    expect(a).not.toEqual(b);
    expect(divergence(a, b)).toBeLessThan(0.1); // small random weights are more sensitive than learned ones
  };

  /** Decodes the tokens given, and returns the logits after each. */
  async function decode({ decoder, folder }: LoadedModel, cache: KvCache, tokens: number[]): Promise<Float32Array[]> {
    const embeds = await embed(tokens);
    const logits: Float32Array[] = [];
    for (let i = 0; i < tokens.length; i++)
      logits.push(await decoder.step(cache, embeds.slice(i * folder.hiddenSize, (i + 1) * folder.hiddenSize)));
    return logits;
  }

  it('prefills on floats and decodes on 8 bits, at a quarter of the memory', async () => {
    const prompt = await embed(ids(300));
    const [a, b] = [floats.decoder.newCache(), bits.decoder.newCache()];
    expect(await bits.decoder.prefill(b, prompt)).toEqual(await floats.decoder.prefill(a, prompt));
    expect(b.bytes).toBe(a.bytes);
    expect(b.isInt8).toBe(false);
    const [expected, found] = [await decode(floats, a, ids(40, 1)), await decode(bits, b, ids(40, 1))];
    expect(a.isInt8).toBe(false);
    expect(b.isInt8).toBe(true);
    expect(b.length).toBe(340);
    expect(b.bytes).toBeLessThan(a.bytes / 3.5); // the scales take some of the space
    for (const [i, logits] of found.entries()) expect(logits).not.toEqual(expected[i]);
    const mean = (shift: number) =>
      found.slice(1).reduce((sum, logits, i) => sum + divergence(expected[i + 1 - shift]!, logits), 0) /
      (found.length - 1);
    expect(mean(0)).toBeLessThan(mean(1) / 50); // another token's logits are far away
  });

  it('goes on with what was said: a long continuation on floats, a short one on 8 bits', async () => {
    const [a, b] = [floats.decoder.newCache(), bits.decoder.newCache()];
    for (const [i, { more, int8 }] of [
      { more: 200, int8: false },
      { more: 100, int8: false },
      { more: 9, int8: true },
    ].entries()) {
      const text = await embed(ids(more, i));
      const [expected, found] = [await floats.decoder.prefill(a, text), await bits.decoder.prefill(b, text)];
      expect(b.isInt8).toBe(int8);
      expect(divergence(expected, found)).toBeLessThan(0.1);
      const [one, other] = [await decode(floats, a, ids(3, i + 9)), await decode(bits, b, ids(3, i + 9))];
      for (const [k, logits] of other.entries()) close(one[k]!, logits);
    }
  });

  it('a cache cut back, and a copy of its beginning, go on as the whole', async () => {
    const cache = bits.decoder.newCache();
    await bits.decoder.prefill(cache, await embed(ids(120)));
    const [after] = await decode(bits, cache, [5]);
    await decode(bits, cache, ids(30, 4));
    const copy = await cache.fork(120, 400);
    expect(copy.isInt8).toBe(true);
    expect((await decode(bits, copy, [5]))[0]).toEqual(after);
    cache.truncate(120);
    expect((await decode(bits, cache, [5]))[0]).toEqual(after);
    copy.dispose();
    expect(copy.bytes).toBe(0);
    expect((await decode(bits, cache, [6]))[0]).not.toEqual(after);
  });

  it('goes on after a change of form was stopped half way', async () => {
    const [a, b] = [floats.decoder.newCache(), bits.decoder.newCache()];
    const prompt = await embed(ids(90));
    await floats.decoder.prefill(a, prompt);
    await bits.decoder.prefill(b, prompt);
    let looks = 0;
    const signal = {
      get aborted() {
        return ++looks > 3;
      },
    } as AbortSignal;
    await expect(b.narrow(signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect(b.isInt8).toBe(false);
    const more = await embed(ids(70, 2));
    expect(divergence(await floats.decoder.prefill(a, more), await bits.decoder.prefill(b, more))).toBeLessThan(0.1);
    close((await decode(floats, a, [7]))[0]!, (await decode(bits, b, [7]))[0]!);
    expect(b.isInt8).toBe(true);
  });

  it('a prompt that would not fit as floats is prefilled on 8 bits from there on', async () => {
    const a = floats.decoder.newCache();
    const prompt = await embed(ids(300));
    const expected = await floats.decoder.prefill(a, prompt);
    const model = await loadModel(folders[name], { threads: 1, runtime, floatCacheLimit: a.bytes / 3 });
    const b = model.decoder.newCache();
    const sizes: number[] = [];
    const found = await model.decoder.prefill(b, prompt, { chunk: 32, onProgress: () => void sizes.push(b.bytes) });
    expect(b.isInt8).toBe(true);
    expect(Math.max(...sizes)).toBeLessThan(a.bytes / 1.9);
    expect(found).not.toEqual(expected);
    const unlike = (await decode(floats, a, [3]))[0]!;
    expect(divergence(expected, found)).toBeLessThan(divergence(unlike, found) / 10);
    const more = await embed(ids(80, 5));
    await model.decoder.prefill(b, more);
    expect(b.isInt8).toBe(true); // it would not fit as floats now either
    expect(b.length).toBe(380);
    await model.dispose();
  });

  it('short pasts stay as they are', async () => {
    const model = await loadModel(folders[name], { threads: 1, runtime });
    const cache = model.decoder.newCache();
    await model.decoder.prefill(cache, await embed(ids(100)));
    await decode(model, cache, ids(3));
    expect(cache.isInt8).toBe(false);
    await model.dispose();
  });
});
