// SPDX-License-Identifier: Apache-2.0
/**
 * Two small random models, compiled and run here, compared with transformers' LlavaForConditionalGeneration
 * (src/model/golden/make_golden.py).
 */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileModel } from '../model';
import { embedSequence, generate, loadModel, type LoadedModel } from '.';

interface Case {
  inputIds: number[];
  imageSeeds: number[];
  features: number[][];
  logits: number[];
  greedy: number[];
}

const GOLDEN = join(import.meta.dirname, '../model/golden');

/** As `picture` of make_golden.py. */
function picture(size: number, seed: number): Float32Array {
  return Float32Array.from(
    { length: 3 * size * size },
    (_, i) => ((i * 7919 + seed * 104729 + Math.floor(i / 7) * 31) % 2003) / 1001.5 - 1,
  );
}

function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let max = 0;
  for (let i = 0; i < a.length; i++) max = Math.max(max, Math.abs(a[i]! - b[i]!));
  return max;
}

const each = ['gqa', 'mha'].flatMap((name) => (['native', 'node'] as const).map((runtime) => ({ name, runtime })));

describe.each(each)('the $name model in the $runtime runtime against transformers', ({ name, runtime }) => {
  let dir: string;
  let model: LoadedModel;
  let cases: Case[];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'zoetrope-parity-'));
    const golden = JSON.parse(await readFile(join(GOLDEN, name, 'golden.json'), 'utf8')) as {
      tokensPerImage: number;
      cases: Case[];
    };
    cases = golden.cases;
    model = await loadModel(await compileModel(join(GOLDEN, name), dir, { precision: 'fp32' }), {
      threads: 1,
      runtime,
    });
    expect(model.runtime.runtime).toBe(runtime);
    expect(model.folder.tokensPerTile).toBe(golden.tokensPerImage);
  });

  afterAll(async () => {
    await model?.dispose();
    await rm(dir, { recursive: true, force: true });
  });

  const embeds = async (c: Case) => {
    const features = [];
    for (const seed of c.imageSeeds) features.push(await model.vision.encode(picture(model.folder.imageSize, seed)));
    return embedSequence(model.embedder, c.inputIds, model.folder.imageTokenId, features);
  };

  it('vision features', async () => {
    let worst = 0;
    for (const c of cases) {
      for (const [i, seed] of c.imageSeeds.entries()) {
        worst = Math.max(
          worst,
          maxDifference(await model.vision.encode(picture(model.folder.imageSize, seed)), c.features[i]!),
        );
      }
    }
    console.info(`${name}, ${runtime}: vision features differ by at most ${worst.toExponential(2)}`);
    expect(worst).toBeLessThan(1e-3);
  });

  it('logits after an interleaved prompt', async () => {
    let worst = 0;
    for (const c of cases) {
      worst = Math.max(
        worst,
        maxDifference(await model.decoder.prefill(model.decoder.newCache(), await embeds(c)), c.logits),
      );
    }
    console.info(`${name}, ${runtime}: logits differ by at most ${worst.toExponential(2)}`);
    expect(worst).toBeLessThan(1e-3);
  });

  it('greedy answers', async () => {
    for (const c of cases) {
      const cache = model.decoder.newCache();
      const logits = await model.decoder.prefill(cache, await embeds(c));
      const answer: number[] = [];
      for await (const id of generate({
        decoder: model.decoder,
        embedder: model.embedder,
        cache,
        logits,
        promptIds: c.inputIds,
        eosIds: [],
        maxNewTokens: c.greedy.length,
      }))
        answer.push(id);
      expect(answer).toEqual(c.greedy);
    }
  });

  it('a prefill in chunks, and token by token, gives the logits of a prefill at once', async () => {
    const c = cases.at(-1)!;
    const all = await embeds(c);
    for (const chunk of [1, 7, 16]) {
      const cache = model.decoder.newCache();
      const logits = await model.decoder.prefill(cache, all, { chunk });
      expect(cache.length).toBe(c.inputIds.length);
      expect(maxDifference(logits, c.logits)).toBeLessThan(1e-3);
    }
    const cache = model.decoder.newCache();
    const { hiddenSize } = model.folder;
    let logits = await model.decoder.prefill(cache, all.subarray(0, 5 * hiddenSize));
    for (let i = 5; i < c.inputIds.length; i++) {
      logits = await model.decoder.step(cache, all.subarray(i * hiddenSize, (i + 1) * hiddenSize));
    }
    expect(maxDifference(logits, c.logits)).toBeLessThan(1e-3);
  });

  it('a prefill layer by layer gives the same logits', async () => {
    const layered = await loadModel(model.folder, { threads: 1, runtime, floatsAtOnce: 1, int8CacheFrom: 0 });
    expect(layered.decoder.traits.floatsAtOnce).toBe(1);
    for (const c of cases) {
      const cache = layered.decoder.newCache();
      expect(
        maxDifference(await layered.decoder.prefill(cache, await embeds(c), { chunk: 16 }), c.logits),
      ).toBeLessThan(1e-3);
      expect(cache.isInt8).toBe(true);
    }
    await layered.dispose();
  });

  it('a cache cut back to a common beginning goes on as if new', async () => {
    const c = cases.at(-1)!;
    const all = await embeds(c);
    const { hiddenSize } = model.folder;
    const cache = model.decoder.newCache();
    await model.decoder.prefill(cache, all);
    await model.decoder.step(cache, all.subarray(0, hiddenSize));
    cache.truncate(9);
    expect(cache.length).toBe(9);
    expect(maxDifference(await model.decoder.prefill(cache, all.subarray(9 * hiddenSize)), c.logits)).toBeLessThan(
      1e-3,
    );
  });
});
