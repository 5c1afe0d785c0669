// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Progress } from '../contract';
import { Decoder } from './decoder';
import { generate } from './generate';
import {
  asFloats,
  bytesOf,
  zeros,
  type HeldValue,
  type OnnxSession,
  type Phase,
  type Tensor,
  type TensorType,
  type ValueInfo,
} from './session';
import { TokenEmbedder, embedSequence } from './token-embedder';

const WIDTH = 2;
const VOCAB = 5;

/** A held value in JavaScript's memory. */
class Kept implements HeldValue {
  tensor: Tensor | undefined;
  constructor(
    readonly type: TensorType,
    shape?: readonly number[],
  ) {
    if (shape) this.tensor = zeros(type, shape);
  }
  get shape() {
    return this.tensor?.shape;
  }
  get bytes() {
    return this.tensor ? bytesOf(this.type, this.tensor.shape) : 0;
  }
  async read(from?: number, to?: number) {
    return this.tensor!.data.slice(from, to);
  }
  dispose() {
    this.tensor = undefined;
  }
}

/** The part of a session that holds values; values of shape [1, 1, positions, 1] can be resized. */
const holding = {
  writesInPlace: false,
  hold: (type: TensorType, shape?: readonly number[]) => new Kept(type, shape),
  keep: (tensor: Tensor) => Object.assign(new Kept(tensor.type), { tensor }),
  async resized(value: HeldValue, positions: number) {
    const kept = new Kept(value.type);
    kept.tensor = {
      type: value.type,
      shape: [1, 1, positions, 1],
      data: (value as Kept).tensor!.data.slice(0, positions),
    };
    return kept;
  },
};

function tensorOf(feed: Tensor | HeldValue | undefined): Tensor {
  return feed instanceof Kept ? feed.tensor! : (feed as Tensor);
}

/**
 * A session in the published layout that sums its inputs: the logits after a position are the sum of the first values
 * of all embeddings, multiplied by the index. `runs` holds the number of positions of each run.
 */
function countingSession(
  options: { float?: TensorType; allLogits?: boolean; extra?: ValueInfo[]; vocab?: number } = {},
) {
  const { float = 'float32', allLogits = true, extra = [], vocab = VOCAB } = options;
  const info = (name: string, type: TensorType, shape: (number | string)[]): ValueInfo => ({ name, type, shape });
  const runs: {
    phase: Phase | undefined;
    positions: number;
    wanted: readonly string[];
    feeds: Record<string, Tensor>;
  }[] = [];
  const session: OnnxSession = {
    ...holding,
    inputs: [
      info('inputs_embeds', float, ['b', 's', WIDTH]),
      info('attention_mask', 'int64', ['b', 't']),
      info('position_ids', 'int64', ['b', 's']),
      info('past_key_values.0.key', float, ['b', 1, 'p', 1]),
      ...extra,
    ],
    outputs: [info('logits', float, ['b', allLogits ? 's' : 1, vocab]), info('present.0.key', float, ['b', 1, 't', 1])],
    run(given, { phase, signal, wanted, into = {} } = {}) {
      expect(signal?.aborted ?? false).toBe(false);
      expect(wanted).toEqual([]);
      const feeds = Object.fromEntries(Object.entries(given).map(([name, feed]) => [name, tensorOf(feed)]));
      const embeds = asFloats(feeds['inputs_embeds']!);
      const past = asFloats(feeds['past_key_values.0.key']!);
      const positions = embeds.length / WIDTH;
      runs.push({ phase, positions, wanted: Object.keys(into), feeds });
      expect(feeds['attention_mask']!.shape).toEqual([1, past.length + positions]);
      expect(Number(feeds['position_ids']!.data[0])).toBe(past.length);
      expect(feeds['inputs_embeds']!.type).toBe(float);
      const seen = [...past, ...Array.from({ length: positions }, (_, i) => embeds[i * WIDTH]!)];
      const rows = allLogits ? positions : 1;
      const logits = new Float32Array(rows * vocab);
      for (let r = 0; r < rows; r++) {
        const sum = seen.slice(0, seen.length - rows + r + 1).reduce((a, b) => a + b, 0);
        for (let v = 0; v < vocab; v++) logits[r * vocab + v] = sum * v;
      }
      if (into['logits']) (into['logits'] as Kept).tensor = { type: 'float32', shape: [1, rows, vocab], data: logits };
      (into['present.0.key'] as Kept).tensor = {
        type: 'float32',
        shape: [1, 1, seen.length, 1],
        data: Float32Array.from(seen),
      };
      return Promise.resolve({});
    },
    dispose: () => Promise.resolve(),
  };
  return { session, runs };
}

const embeds = (n: number) => Float32Array.from({ length: n * WIDTH }, (_, i) => (i % WIDTH === 0 ? 1 : 0));

describe('a prefill', () => {
  it('runs in chunks, tells progress, and fetches logits once', async () => {
    const { session, runs } = countingSession({ allLogits: false });
    const decoder = new Decoder(session, WIDTH, VOCAB, 100);
    const cache = decoder.newCache();
    const events: Progress[] = [];
    const logits = await decoder.prefill(cache, embeds(10), { chunk: 4, onProgress: (p) => events.push(p) });
    expect([...logits]).toEqual([0, 10, 20, 30, 40]);
    expect(runs.map((r) => r.positions)).toEqual([4, 4, 2]);
    expect(runs.map((r) => r.wanted.includes('logits'))).toEqual([false, false, true]);
    expect(events.map((e) => e.done)).toEqual([0, 4, 8, 10]);
    expect(events[0]).toEqual({ step: 'prefill', done: 0, total: 10 });
    expect(cache.length).toBe(10);
    expect(cache.bytes).toBe(40);
  });

  it('says of each run whether it is prefill or decode: a last position by itself is computed as a token is', async () => {
    const { session, runs } = countingSession({ allLogits: false });
    const decoder = new Decoder(session, WIDTH, VOCAB, 100);
    const cache = decoder.newCache();
    await decoder.prefill(cache, embeds(5), { chunk: 4 });
    await decoder.prefill(cache, embeds(4), { chunk: 2 });
    await decoder.step(cache, embeds(1));
    expect(runs.map((r) => r.phase)).toEqual(['prefill', 'decode', 'prefill', 'prefill', 'decode']);
  });

  it('takes the last row from graphs that give logits of every position, and keeps their chunks small', async () => {
    const { session, runs } = countingSession();
    const decoder = new Decoder(session, WIDTH, VOCAB, 100);
    expect([...(await decoder.prefill(decoder.newCache(), embeds(3)))]).toEqual([0, 3, 6, 9, 12]);
    const wide = countingSession({ vocab: 2 ** 22 }); // 16 MiB a position
    const big = new Decoder(wide.session, WIDTH, 2 ** 22, 100);
    expect((await big.prefill(big.newCache(), embeds(6))).length).toBe(2 ** 22);
    expect(wide.runs.map((r) => r.positions)).toEqual([4, 2]);
    expect(runs).toHaveLength(1);
  });

  it('stops between chunks, and goes on from where it was', async () => {
    const { session, runs } = countingSession();
    const decoder = new Decoder(session, WIDTH, VOCAB, 100);
    const cache = decoder.newCache();
    const controller = new AbortController();
    // Cancels as a message would: from the event loop, while the prefill runs.
    setImmediate(() => controller.abort());
    await expect(decoder.prefill(cache, embeds(40), { chunk: 4, signal: controller.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(runs.length).toBeLessThan(10);
    expect(cache.length).toBe(runs.length * 4);
    const rest = await decoder.prefill(cache, embeds(40 - cache.length));
    expect(rest[1]).toBe(40);
  });

  it('goes on from a cache cut back, and keeps its past when a run fails', async () => {
    const { session } = countingSession();
    const decoder = new Decoder(session, WIDTH, VOCAB, 100);
    const cache = decoder.newCache();
    await decoder.prefill(cache, embeds(9));
    cache.truncate(4);
    cache.truncate(7); // truncated positions do not return
    expect(cache.length).toBe(4);
    expect((await decoder.step(cache, embeds(1)))[1]).toBe(5);
    const broken = new Decoder({ ...session, run: () => Promise.reject(new Error('no')) }, WIDTH, VOCAB, 100);
    await expect(broken.step(cache, embeds(1))).rejects.toThrow('no');
    expect((await decoder.step(cache, embeds(1)))[1]).toBe(6);
    cache.dispose();
    expect(cache.bytes).toBe(0);
    expect((await decoder.prefill(cache, embeds(2)))[1]).toBe(2);
  });

  it('refuses what does not fit the context, before it runs', async () => {
    const { session, runs } = countingSession();
    const decoder = new Decoder(session, WIDTH, VOCAB, 8);
    const cache = decoder.newCache();
    await expect(decoder.prefill(cache, embeds(9))).rejects.toMatchObject({ code: 'prompt-too-long' });
    await decoder.prefill(cache, embeds(8));
    await expect(decoder.step(cache, embeds(1))).rejects.toMatchObject({ code: 'prompt-too-long' });
    await expect(decoder.prefill(cache, new Float32Array(0))).rejects.toMatchObject({ code: 'bad-request' });
    expect(runs).toHaveLength(1);
  });

  it('feeds half floats to graphs that want them', async () => {
    const { session, runs } = countingSession({ float: 'float16' });
    const decoder = new Decoder(session, WIDTH, VOCAB, 100);
    const cache = decoder.newCache();
    expect((await decoder.prefill(cache, embeds(3)))[1]).toBe(3);
    expect(runs[0]!.feeds['past_key_values.0.key']!.type).toBe('float16');
  });

  it('feeds the inputs that other exports of the layout have, and refuses unknown ones', async () => {
    const extra: ValueInfo[] = [
      { name: 'num_logits_to_keep', type: 'int64', shape: [] },
      { name: 'use_cache_branch', type: 'bool', shape: [1] },
    ];
    const { session, runs } = countingSession({ allLogits: false, extra });
    const decoder = new Decoder(session, WIDTH, VOCAB, 100);
    await decoder.prefill(decoder.newCache(), embeds(4), { chunk: 2 });
    expect(runs[0]!.feeds['num_logits_to_keep']).toEqual({ type: 'int64', shape: [], data: BigInt64Array.of(1n) });
    expect(runs.map((r) => r.feeds['use_cache_branch']!.data[0])).toEqual([0, 1]);
    const odd = new Decoder(
      countingSession({ extra: [{ name: 'mystery', type: 'int64', shape: [1] }] }).session,
      WIDTH,
      VOCAB,
      100,
    );
    await expect(odd.prefill(odd.newCache(), embeds(1))).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringContaining('mystery') as string,
    });
  });

  it('refuses graphs of another layout', () => {
    const { session } = countingSession();
    expect(() => new Decoder({ ...session, outputs: session.outputs.slice(0, 1) }, WIDTH, VOCAB, 100)).toThrow(
      /inputs and outputs/,
    );
  });
});

/** Embeds id n as [n, 0]. */
function countingEmbedder(): TokenEmbedder {
  return new TokenEmbedder(
    {
      ...holding,
      inputs: [{ name: 'input_ids', type: 'int64', shape: ['b', 's'] }],
      outputs: [{ name: 'inputs_embeds', type: 'float32', shape: ['b', 's', WIDTH] }],
      run(feeds) {
        const ids = tensorOf(feeds['input_ids']).data;
        const out = zeros('float32', [1, ids.length, WIDTH]);
        for (let i = 0; i < ids.length; i++) out.data[i * WIDTH] = Number(ids[i]);
        return Promise.resolve({ inputs_embeds: out });
      },
      dispose: () => Promise.resolve(),
    },
    WIDTH,
    VOCAB,
  );
}

describe('an answer', () => {
  async function start(contextLength = 100) {
    const decoder = new Decoder(countingSession().session, WIDTH, VOCAB, contextLength);
    const cache = decoder.newCache();
    const logits = await decoder.prefill(cache, embeds(3));
    return { decoder, embedder: countingEmbedder(), cache, logits, promptIds: [1, 1, 1] };
  }

  async function all(answer: AsyncGenerator<number, string, void>) {
    const ids: number[] = [];
    for (;;) {
      const next = await answer.next();
      if (next.done) return { ids, reason: next.value };
      ids.push(next.value);
    }
  }

  it('ends at an end token, unsaid', async () => {
    const { ids, reason } = await all(generate({ ...(await start()), eosIds: [4], maxNewTokens: 9 }));
    expect({ ids, reason }).toEqual({ ids: [], reason: 'end' });
  });

  it('ends at the length asked for, with its last token outside the cache', async () => {
    const s = await start();
    expect(await all(generate({ ...s, eosIds: [], maxNewTokens: 3 }))).toEqual({ ids: [4, 4, 4], reason: 'length' });
    expect(s.cache.length).toBe(5);
    expect(await all(generate({ ...s, eosIds: [], maxNewTokens: 0 }))).toEqual({ ids: [], reason: 'length' });
  });

  it('ends where the context does', async () => {
    expect(await all(generate({ ...(await start(5)), eosIds: [], maxNewTokens: 9 }))).toEqual({
      ids: [4, 4, 4],
      reason: 'context',
    });
  });

  it('hears a cancel between tokens', async () => {
    const controller = new AbortController();
    const answer = generate({ ...(await start()), eosIds: [], maxNewTokens: 1000, signal: controller.signal });
    await answer.next();
    setImmediate(() => controller.abort());
    await expect(all(answer)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('is the same for the same seed', async () => {
    const draw = async (seed: number) =>
      (await all(generate({ ...(await start()), eosIds: [], maxNewTokens: 12, sampling: { temperature: 200, seed } })))
        .ids;
    expect(await draw(5)).toEqual(await draw(5));
    expect(await draw(5)).not.toEqual(await draw(6));
  });
});

describe('an interleaved sequence', () => {
  const embedder = countingEmbedder();

  it('takes the pictures in order, each of its own length', async () => {
    const rows = await embedSequence(embedder, [1, 3, 3, 2, 3, 4], 3, [
      Float32Array.of(10, 11, 20, 21),
      Float32Array.of(30, 31),
    ]);
    expect([...rows]).toEqual([1, 0, 10, 11, 20, 21, 2, 0, 30, 31, 4, 0]);
    expect([...(await embedSequence(embedder, [1], 3, []))]).toEqual([1, 0]);
    expect([...(await embedSequence(embedder, [3], 3, [Float32Array.of(5, 6)]))]).toEqual([5, 6]);
  });

  it('refuses pictures without a place and places without a picture', async () => {
    await expect(embedSequence(embedder, [1, 3, 2], 3, [])).rejects.toMatchObject({ code: 'prompt-mismatch' });
    await expect(embedSequence(embedder, [1, 2], 3, [Float32Array.of(1, 2)])).rejects.toMatchObject({
      code: 'prompt-mismatch',
    });
  });

  it('refuses tokens outside the vocabulary', async () => {
    await expect(embedder.embed([1, 5])).rejects.toMatchObject({ code: 'bad-request' });
    await expect(embedder.embed([-1])).rejects.toMatchObject({ code: 'bad-request' });
  });
});
