// SPDX-License-Identifier: Apache-2.0
import { say, throwIfCancelled, ZoetropeError, type OnProgress } from '../contract';
import { DecoderSession } from './decoder-session';
import { KvCache, type KvLayout } from './kv-cache';
import type { KvCodec } from './kv-codec';
import { prefillByLayers } from './layered-prefill';
import type { CacheTraits } from './memory-needs';
import { CHUNK, chunkLength, FLOATS_AT_ONCE, layerGroups, worthLayers } from './prefill-plan';
import { bytesOf, yieldToEventLoop, type OnnxSession, type Phase } from './session';

/** Bytes that the logits of one run may take in a published graph, which computes them for all positions. */
const LOGITS_BUDGET = 64 << 20;

/** Positions reserved for an answer together with the prompt's; most answers are shorter. */
const ANSWER_ROOM = 256;

/**
 * Size of the keys and values as floats, in bytes, from which tokens are decoded on 8 bits. Below it, floats are as
 * fast and more exact; above it, decoding is limited by memory bandwidth.
 */
const INT8_FROM = 64 << 20;

/**
 * Fewer new positions than this are prefilled on 8 bits too: converting a long past to floats and back takes longer.
 */
const WORTH_WIDENING = 64;

export interface PrefillOptions {
  /** Most positions per run; between runs, cancelling takes effect and progress is reported. Default 512. */
  chunk?: number | undefined;
  /**
   * Size of the keys and values as floats, in bytes, beyond which prefill uses 8 bits; default: the value given to
   * `prepare`.
   */
  floatLimit?: number | undefined;
  /**
   * For a model with positions on three axes: those of these rows, [rows, 3], if they do not follow one another. Tokens that
   * follow go on after the largest.
   */
  positions?: Int32Array | undefined;
  /** Step `prefill`, in positions. */
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

export interface PrepareOptions {
  /** Converts keys and values to 8 bits; the caller disposes of it. */
  codec?: KvCodec | undefined;
  /**
   * Size of the keys and values as floats, in bytes, from which they are converted to 8 bits before a token is decoded.
   */
  int8From?: number | undefined;
  /**
   * Size of the keys and values as floats, in bytes, beyond which prompts are prefilled on 8 bits too: slower, but it
   * fits.
   */
  floatLimit?: number | undefined;
  /** Bytes of keys and values held as floats at once while a long prompt is prefilled layer by layer. */
  floatsAtOnce?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** The language model: takes embeddings, returns the logits of the next token, and keeps the past in a cache. */
export class Decoder {
  private readonly graph: DecoderSession;
  private layout: KvLayout;
  private int8From = Infinity;
  private floatLimit = Infinity;
  private floatsAtOnce = FLOATS_AT_ONCE;

  /**
   * @param contextLength most positions that prompt and answer may take together.
   * @param heads number of query heads; default: the number of key heads.
   * @param rowWidth values of a row of a prompt, if the first layers add more to it than the embedding.
   * @throws ZoetropeError `model-unsupported` if the graph lacks the published inputs and outputs.
   */
  constructor(
    session: OnnxSession,
    readonly hiddenSize: number,
    readonly vocabSize: number,
    readonly contextLength: number,
    private readonly heads = 0,
    readonly rowWidth = hiddenSize,
  ) {
    this.graph = new DecoderSession(session, hiddenSize, vocabSize);
    const { places, blanks } = this.graph;
    this.layout = { session, places, inPlace: false, limit: contextLength, blanks };
    this.heads ||= Number(places[0]!.past.shape[1]);
  }

  /**
   * Finds out what the graph supports by running a token each way, so that it does not matter which program exported
   * it: whether it can append to its past in place (GroupQueryAttention can, joining past and new by Concat cannot),
   * and whether its past can be in 8 bits.
   * @returns this.
   * @throws ZoetropeError `out-of-memory`, `model-broken`, `cancelled`.
   */
  async prepare({
    codec,
    int8From = INT8_FROM,
    floatLimit = Infinity,
    floatsAtOnce = FLOATS_AT_ONCE,
    signal,
  }: PrepareOptions = {}): Promise<this> {
    this.floatsAtOnce = floatsAtOnce;
    const expected = await this.tryOut(this.layout, signal);
    if (this.layout.session.writesInPlace) {
      // A graph without support refuses a past longer than its mask, or returns other logits.
      const layout = { ...this.layout, inPlace: true };
      if (await this.agrees(expected, layout, 1e-3, signal)) this.layout = layout;
    }
    if (codec && this.layout.places.every(({ int8 }) => int8)) {
      const layout = { ...this.layout, codec };
      if (await this.agrees(expected, layout, 0.2, signal))
        [this.layout, this.int8From, this.floatLimit] = [layout, int8From, floatLimit];
    }
    return this;
  }

  /** What its keys and values support, once `prepare` has run. */
  get traits(): CacheTraits {
    const int8 = this.layout.codec !== undefined;
    return {
      inPlace: this.layout.inPlace,
      int8,
      floatsAtOnce: int8 && this.graph.runsLayers && this.int8From < Infinity ? this.floatsAtOnce : Infinity,
    };
  }

  /** An empty cache for this decoder. */
  newCache(): KvCache {
    return new KvCache(this.layout);
  }

  /**
   * Prefills a prompt, or its continuation, in chunks and stores its keys and values. After it was stopped, a later
   * call can continue from `cache.length`: after the chunks that were done, or, for a prompt prefilled layer by layer,
   * from the positions before the call.
   * @param embeds [positions, rowWidth], at least one position.
   * @returns the logits [vocabSize] after the last position.
   * @throws ZoetropeError `prompt-too-long`, `cancelled`, `out-of-memory`, `model-broken`.
   */
  async prefill(cache: KvCache, embeds: Float32Array, options: PrefillOptions = {}): Promise<Float32Array> {
    const { onProgress, signal, positions, floatLimit = this.floatLimit } = options;
    const total = embeds.length / this.rowWidth;
    if (!Number.isInteger(total) || total === 0) {
      throw new ZoetropeError(
        'bad-request',
        say`There is nothing to read.`,
        say`Write a question.`,
        `${embeds.length} values of width ${this.rowWidth}`,
      );
    }
    this.checkRoom(cache, total);
    const end = cache.length + total;
    cache.shift = positions ? positions.reduce((most, one) => Math.max(most, one), 0) + 1 - end : 0;
    const chunk = this.chunkSize(options.chunk, end);
    const floats = this.floatBytes(end);
    const onInt8 = cache.isInt8 && total < WORTH_WIDENING;
    const ofLayer = floats / this.graph.layers;
    if (!onInt8 && this.prefillsByLayers(end) && ofLayer <= floatLimit) {
      const groups = layerGroups(this.graph.layers, ofLayer, Math.min(this.floatsAtOnce, floatLimit));
      cache.reserve(end + ANSWER_ROOM);
      return prefillByLayers(this.graph, cache, embeds, this.rowWidth, {
        chunk,
        groups,
        positions,
        onProgress,
        signal,
      });
    }
    const fits = floats <= floatLimit;
    cache.reserve(fits || cache.isInt8 ? end + ANSWER_ROOM : 0);
    if (fits && !onInt8) await cache.widen(signal);
    let logits: Float32Array | undefined;
    for (let from = 0; from < total; from += chunk) {
      throwIfCancelled(signal);
      onProgress?.({ step: 'prefill', done: from, total });
      const to = Math.min(total, from + chunk);
      if (!cache.isInt8 && cache.length > 0 && this.floatBytes(cache.length + to - from) > floatLimit) {
        cache.reserve(end + ANSWER_ROOM);
        await cache.narrow(signal);
      }
      const last = to === total;
      // A single last position is computed in the decode phase, so that prefill and decode give the same logits.
      const phase = last && to - from === 1 ? 'decode' : 'prefill';
      logits = await this.forward(
        phase,
        cache,
        {
          rows: embeds.subarray(from * this.rowWidth, to * this.rowWidth),
          positions: positions?.subarray(3 * from, 3 * to),
        },
        to - from,
        last,
        signal,
      );
      await yieldToEventLoop();
    }
    onProgress?.({ step: 'prefill', done: total, total });
    return logits!;
  }

  /** Whether a prompt that ends at position `end` is prefilled layer by layer. */
  prefillsByLayers(end: number): boolean {
    const floats = this.floatBytes(end);
    return worthLayers(floats, this.traits.floatsAtOnce) && floats >= this.int8From;
  }

  /**
   * Runs one more token.
   * @param embed [hiddenSize].
   * @returns the logits [vocabSize] after it. Errors as `prefill`.
   */
  async step(cache: KvCache, embed: Float32Array, signal?: AbortSignal): Promise<Float32Array> {
    this.checkRoom(cache, 1);
    if (!cache.isInt8 && this.floatBytes(cache.length) >= this.int8From) await cache.narrow(signal);
    return (await this.forward('decode', cache, { rows: embed }, 1, true, signal))!;
  }

  dispose(): Promise<void> {
    return this.graph.dispose();
  }

  /**
   * The logits after two tokens; the second is decoded on the most compact form of the first that the layout allows.
   */
  private async tryOut(layout: KvLayout, signal: AbortSignal | undefined): Promise<Float32Array> {
    const embed = new Float32Array(this.hiddenSize).fill(0.01);
    const cache = new KvCache(layout);
    try {
      await this.forward('prefill', cache, { rows: embed }, 1, false, signal);
      await cache.narrow(signal);
      return (await this.forward('decode', cache, { rows: embed }, 1, true, signal))!;
    } finally {
      cache.dispose();
    }
  }

  private async agrees(
    expected: Float32Array,
    layout: KvLayout,
    tolerance: number,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    try {
      const found = await this.tryOut(layout, signal);
      const scale = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      return expected.every((value, i) => Math.abs(value - found[i]!) <= tolerance * scale);
    } catch {
      throwIfCancelled(signal);
      return false;
    }
  }

  /** Bytes of the keys and values of `positions` positions as floats. */
  private floatBytes(positions: number): number {
    return this.layout.places.reduce(
      (sum, { past }) => sum + bytesOf(past.type, [Number(past.shape[1]), positions, Number(past.shape[3])]),
      0,
    );
  }

  private checkRoom(cache: KvCache, more: number): void {
    const needed = cache.length + more;
    if (needed <= this.contextLength) return;
    throw new ZoetropeError(
      'prompt-too-long',
      say`The question with its pictures takes ${needed} tokens, but this model reads at most ${this.contextLength}.`,
      say`Use fewer pictures or frames, or a shorter question.`,
    );
  }

  /** Positions per run; few for graphs that compute logits of every position. */
  private chunkSize(asked: number | undefined, end: number): number {
    const chunk = chunkLength(this.heads, Math.min(end + ANSWER_ROOM, this.contextLength), asked ?? CHUNK);
    if (this.graph.lastLogitsOnly) return chunk;
    return Math.max(1, Math.min(chunk, Math.floor(LOGITS_BUDGET / (4 * this.vocabSize))));
  }

  private forward(
    phase: Phase,
    cache: KvCache,
    { rows, positions: positionIds }: { rows: Float32Array; positions?: Int32Array | undefined },
    positions: number,
    wantLogits: boolean,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array | undefined> {
    const pass = { phase, input: rows, rows, past: cache.length, positions, positionIds, wantLogits };
    return this.graph.forward(cache, pass, signal);
  }
}
