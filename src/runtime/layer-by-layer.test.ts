// SPDX-License-Identifier: Apache-2.0
/** Prompts prefilled layer by layer, compared with prefilling through all layers at once. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileModel, type Format, type ModelFolder } from '../model';
import { loadModel, type KvCache, type LoadedModel } from '.';

const models = ['gqa', 'mha'] as const;
const formats = ['fp32', 'w8a8', 'w8w4'] as const;
let dir: string;
const folders = new Map<string, ModelFolder>();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zoetrope-layers-'));
  for (const name of models) {
    for (const format of formats) {
      folders.set(
        name + format,
        await compileModel(join(import.meta.dirname, '../model/golden', name), join(dir, name), { precision: format }),
      );
    }
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const each = models
  .flatMap((name) =>
    formats.flatMap((format) => (['native', 'node'] as const).map((runtime) => ({ name, format, runtime }))),
  )
  // Values of the node runtime belong to one session, so `w8w4` cannot be split there, and its layers cannot be
  // separated.
  .filter(({ format, runtime }) => format !== 'w8w4' || runtime === 'native');

describe.each(each)('the $name model in $format and the $runtime runtime', ({ name, format, runtime }) => {
  let whole: LoadedModel;
  let layered: LoadedModel;
  const load = (options: { floatsAtOnce: number; precision: Format }) =>
    loadModel(folders.get(name + format)!, { threads: 1, runtime, int8CacheFrom: 0, ...options });
  beforeAll(async () => {
    whole = await load({ floatsAtOnce: Infinity, precision: format });
    layered = await load({ floatsAtOnce: 1, precision: format });
  });
  afterAll(async () => {
    await whole?.dispose();
    await layered?.dispose();
  });

  const embeds = (count: number, seed = 0) =>
    whole.embedder.embed(Array.from({ length: count }, (_, i) => (i * 7919 + seed * 31) % 190));
  const far = (a: Float32Array, b: Float32Array) => {
    const largest = a.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    return a.reduce((max, value, i) => Math.max(max, Math.abs(value - b[i]!)), 0) / largest;
  };
  /**
   * 8-bit products are sensitive to the last bit of a sum; small random models also to quantizing the cache a second
   * time.
   */
  const [same, requantised] = [format === 'fp32' ? 1e-5 : 0.05, 0.1];
  async function decode({ decoder, folder }: LoadedModel, cache: KvCache, seed: number): Promise<Float32Array> {
    let logits = new Float32Array();
    const tokens = await embeds(3, seed);
    for (let i = 0; i < 3; i++)
      logits = Float32Array.from(
        await decoder.step(cache, tokens.slice(i * folder.hiddenSize, (i + 1) * folder.hiddenSize)),
      );
    return logits;
  }

  it('gives the logits of a prefill at once, and keeps one layer as floats at a time', async () => {
    expect([whole, layered].map(({ decoder }) => decoder.traits.floatsAtOnce)).toEqual([Infinity, 1]);
    const prompt = await embeds(300);
    const [a, b] = [whole.decoder.newCache(), layered.decoder.newCache()];
    const sizes: number[] = [];
    const expected = await whole.decoder.prefill(a, prompt, { chunk: 64 });
    const found = await layered.decoder.prefill(b, prompt, { chunk: 64, onProgress: () => void sizes.push(b.bytes) });
    expect(far(expected, found)).toBeLessThan(same);
    expect([a.isInt8, b.isInt8]).toEqual([false, true]);
    expect([a.length, b.length]).toEqual([300, 300]);
    const { layers } = whole.folder.config.text;
    expect(Math.max(...sizes)).toBeLessThan(a.bytes * (1 / layers + 0.35)); // the other layers are in 8 bits, with scales
    expect(far(await decode(whole, a, 1), await decode(layered, b, 1))).toBeLessThan(10 * same);
    expect(b.bytes).toBe(a.bytes);
  });

  it('the same graph gives the same both ways, to the last bit', async () => {
    const { layers, kvHeads, headDim } = layered.folder.config.text;
    const prompt = await embeds(200);
    const expected = await layered.decoder.prefill(layered.decoder.newCache(), prompt, { chunk: 48 });
    const model = await load({ floatsAtOnce: 2 * layers * kvHeads * headDim * 200, precision: format }); // longer ones would be prefilled layer by layer
    const cache = model.decoder.newCache();
    expect(await model.decoder.prefill(cache, prompt, { chunk: 48 })).toEqual(expected);
    expect(cache.isInt8).toBe(false);
    expect(model.decoder.traits.floatsAtOnce).toBeLessThan(Infinity);
    await model.dispose();
  });

  it('goes on with what was said', async () => {
    const [a, b] = [whole.decoder.newCache(), layered.decoder.newCache()];
    for (const [turn, more] of [150, 90, 7].entries()) {
      const text = await embeds(more, turn);
      expect(far(await whole.decoder.prefill(a, text), await layered.decoder.prefill(b, text))).toBeLessThan(
        requantised,
      );
      expect(far(await decode(whole, a, turn), await decode(layered, b, turn))).toBeLessThan(requantised);
      expect(b.length).toBe(a.length);
    }
    const copy = await b.fork(100, 300);
    b.truncate(100);
    const rest = await embeds(80, 8);
    expect(await layered.decoder.prefill(copy, rest)).toEqual(await layered.decoder.prefill(b, rest));
  });

  it('tells its progress through the layers, and stops anywhere with its past as it was', async () => {
    const [prompt, rest] = [await embeds(120), await embeds(100, 3)];
    const undisturbed = layered.decoder.newCache();
    await layered.decoder.prefill(undisturbed, prompt);
    const expected = await layered.decoder.prefill(undisturbed, rest);
    const { layers } = layered.folder.config.text;
    const told: number[] = [];
    for (let stop = 0; stop < 2 * layers; stop++) {
      const cache = layered.decoder.newCache();
      const stopped = async (text: Float32Array) => {
        const abort = new AbortController();
        let events = 0;
        const onProgress = ({ done, total }: { done: number; total: number | null }) => {
          expect(total).toBe(text.length / layered.folder.hiddenSize);
          if (stop === 0) told.push(done);
          if (events++ === stop) abort.abort();
        };
        await expect(
          layered.decoder.prefill(cache, text, { chunk: 64, onProgress, signal: abort.signal }),
        ).rejects.toMatchObject({ code: 'cancelled' });
      };
      await stopped(prompt);
      expect([cache.length, cache.bytes]).toEqual([0, 0]);
      await layered.decoder.prefill(cache, prompt);
      await stopped(rest);
      expect(cache.length).toBe(120);
      expect(far(expected, await layered.decoder.prefill(cache, rest))).toBeLessThan(requantised);
      expect(cache.length).toBe(220);
      cache.dispose();
    }
    const all: number[] = [];
    await layered.decoder.prefill(layered.decoder.newCache(), prompt, {
      chunk: 64,
      onProgress: ({ done }) => all.push(done),
    });
    expect(all).toHaveLength(2 * layers + 1);
    expect([all[0], all.at(-1)]).toEqual([0, 120]);
    expect([...all].sort((x, y) => x - y)).toEqual(all);
  });

  it('encodes and prefills as before after the parts that a long prompt does not need have rested', async () => {
    const pixels = Float32Array.from({ length: 3 * layered.folder.imageSize ** 2 }, (_, i) => Math.sin(i));
    const [features, rows] = [await layered.vision.encode(pixels), await layered.embedder.embed([3, 5])];
    const prompt = await embeds(120);
    expect(await layered.prefill(layered.decoder.newCache(), prompt)).toEqual(
      await layered.decoder.prefill(layered.decoder.newCache(), prompt),
    );
    expect(await layered.vision.encode(pixels)).toEqual(features);
    expect(await layered.embedder.embed([3, 5])).toEqual(rows);
  });

  it('prefills on 8 bits where not even one layer fits as floats', async () => {
    const cache = layered.decoder.newCache();
    const sizes: number[] = [];
    await layered.decoder.prefill(cache, await embeds(300), {
      chunk: 32,
      floatLimit: 0,
      onProgress: () => void sizes.push(cache.bytes),
    });
    expect([cache.isInt8, cache.length]).toEqual([true, 300]);
    expect(sizes.length).toBe(11); // no layer ran by itself
  });
});
