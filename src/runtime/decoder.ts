import { throwIfCancelled, ZoetropeError, type OnProgress } from '../contract';
import { halfToFloat } from '../model';
import { KvCache, type KvPlace } from './kv-cache';
import { floatsFor, integersFor, yieldToEventLoop, type HeldValue, type OnnxSession, type Tensor, type ValueInfo } from './session';

const PAST = 'past_key_values.';
const PRESENT = 'present.';

/** Logits of all positions that one run of a published graph may make, in bytes. */
const LOGITS_BUDGET = 64 << 20;

/** Answers are usually shorter, in positions: room for one is made with the prompt's. */
const ANSWER_ROOM = 256;

export interface PrefillOptions {
  /** Positions a run: between runs a cancel is heard and progress told. Default 512. */
  chunk?: number | undefined;
  /** Step `prefill`, in positions. */
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

/** The language model: embeddings in, the next token's logits out, the past kept in a cache. */
export class Decoder {
  private readonly places: readonly KvPlace[];
  private readonly lastLogitsOnly: boolean;
  private readonly logitsType: Tensor['type'];
  private inPlace = false;

  /**
   * @param contextLength most positions that prompt and answer may take together.
   * @throws ZoetropeError `model-unsupported` if the graph has not the published inputs and outputs.
   */
  constructor(
    private readonly session: OnnxSession,
    readonly hiddenSize: number,
    readonly vocabSize: number,
    readonly contextLength: number,
  ) {
    this.places = session.inputs
      .filter((input) => input.name.startsWith(PAST))
      .map((past) => ({ past, present: PRESENT + past.name.slice(PAST.length) }));
    const logits = session.outputs.find((output) => output.name === 'logits');
    const complete = this.places.length > 0 && this.places.every(({ present }) => session.outputs.some((o) => o.name === present));
    if (!logits || !complete || !session.inputs.some((input) => input.name === 'inputs_embeds')) {
      throw new ZoetropeError(
        'model-unsupported',
        "The model's language part has other inputs and outputs than expected.",
        'Use the graphs in the layout of llava-interleave-qwen-0.5b-hf.',
        `in: ${session.inputs.map((i) => i.name).join(' ')}; out: ${session.outputs.map((o) => o.name).join(' ')}`,
      );
    }
    this.logitsType = logits.type;
    this.lastLogitsOnly = logits.shape[1] === 1 || session.inputs.some((input) => input.name === 'num_logits_to_keep');
  }

  /**
   * Finds out whether the graph can add to its past in place: GroupQueryAttention does, joining past and new by Concat
   * does not. One token is read both ways, so nothing needs to be known of who made the graph.
   * @returns this.
   * @throws ZoetropeError `out-of-memory`, `model-broken`, `cancelled`.
   */
  async prepare(signal?: AbortSignal): Promise<this> {
    if (!this.session.writesInPlace) return this;
    const embed = new Float32Array(this.hiddenSize).fill(0.01);
    const read = async (inPlace: boolean) => {
      const cache = new KvCache(this.session, this.places, inPlace, this.contextLength);
      try {
        await this.forward(cache, embed, false, signal);
        return await this.forward(cache, embed, true, signal);
      } finally {
        cache.dispose();
      }
    };
    const expected = (await read(false))!;
    try {
      const found = (await read(true))!;
      const scale = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      this.inPlace = expected.every((value, i) => Math.abs(value - found[i]!) <= 1e-3 * scale);
    } catch {
      throwIfCancelled(signal);
      this.inPlace = false; // the graph refuses a past longer than its mask
    }
    return this;
  }

  /** An empty cache for this decoder. */
  newCache(): KvCache {
    return new KvCache(this.session, this.places, this.inPlace, this.contextLength);
  }

  /**
   * Reads a prompt, or what follows in it, into the cache, a chunk at a time. If it is stopped, the cache holds the
   * chunks that were done, and a later call may go on from `cache.length`.
   * @param embeds [positions, hiddenSize], at least one position.
   * @returns the logits [vocabSize] after the last position.
   * @throws ZoetropeError `prompt-too-long`, `cancelled`, `out-of-memory`, `model-broken`.
   */
  async prefill(cache: KvCache, embeds: Float32Array, options: PrefillOptions = {}): Promise<Float32Array> {
    const { onProgress, signal } = options;
    const total = embeds.length / this.hiddenSize;
    if (!Number.isInteger(total) || total === 0) {
      throw new ZoetropeError('bad-request', 'There is nothing to read.', 'Write a question.', `${embeds.length} values of width ${this.hiddenSize}`);
    }
    this.checkRoom(cache, total);
    cache.reserve(Math.min(this.contextLength, cache.length + total + ANSWER_ROOM));
    const chunk = this.chunkSize(options.chunk ?? 512);
    let logits: Float32Array | undefined;
    for (let from = 0; from < total; from += chunk) {
      throwIfCancelled(signal);
      onProgress?.({ step: 'prefill', done: from, total });
      const to = Math.min(total, from + chunk);
      logits = await this.forward(cache, embeds.subarray(from * this.hiddenSize, to * this.hiddenSize), to === total, signal);
      await yieldToEventLoop();
    }
    onProgress?.({ step: 'prefill', done: total, total });
    return logits!;
  }

  /**
   * One more token.
   * @param embed [hiddenSize].
   * @returns the logits [vocabSize] after it. Errors as `prefill`.
   */
  async step(cache: KvCache, embed: Float32Array, signal?: AbortSignal): Promise<Float32Array> {
    this.checkRoom(cache, 1);
    return (await this.forward(cache, embed, true, signal))!;
  }

  dispose(): Promise<void> {
    return this.session.dispose();
  }

  private checkRoom(cache: KvCache, more: number): void {
    const needed = cache.length + more;
    if (needed <= this.contextLength) return;
    throw new ZoetropeError(
      'prompt-too-long',
      `The question with its pictures takes ${needed} tokens, but this model reads at most ${this.contextLength}.`,
      'Use fewer pictures or frames, or a shorter question.',
    );
  }

  /** Published graphs make logits of every position, 608 KB each: their chunks are kept small. */
  private chunkSize(asked: number): number {
    if (this.lastLogitsOnly) return asked;
    return Math.max(1, Math.min(asked, Math.floor(LOGITS_BUDGET / (4 * this.vocabSize))));
  }

  private async forward(cache: KvCache, embeds: Float32Array, wantLogits: boolean, signal: AbortSignal | undefined): Promise<Float32Array | undefined> {
    const positions = embeds.length / this.hiddenSize;
    const total = cache.length + positions;
    const kv = await cache.prepare(total);
    const feeds: Record<string, Tensor | HeldValue> = { ...kv.feeds };
    for (const input of this.session.inputs) {
      if (!input.name.startsWith(PAST)) feeds[input.name] = this.feed(input, embeds, positions, cache.length);
    }
    // Held too, because a graph may give them for all positions: only the last are copied.
    const logits = wantLogits ? this.session.hold(this.logitsType) : undefined;
    try {
      await this.session.run(feeds, { signal, wanted: [], into: logits ? { ...kv.into, logits } : kv.into });
      const count = logits?.shape?.reduce((a, b) => a * b, 1) ?? 0;
      const last = await logits?.read(count - this.vocabSize, count);
      cache.commit(kv, total);
      return last instanceof Uint16Array ? halfToFloat(last) : (last as Float32Array | undefined);
    } catch (error) {
      cache.abandon(kv);
      throw error;
    } finally {
      logits?.dispose();
    }
  }

  private feed(input: ValueInfo, embeds: Float32Array, positions: number, past: number): Tensor {
    const total = past + positions;
    switch (input.name) {
      case 'inputs_embeds':
        return floatsFor(input, embeds, [1, positions, this.hiddenSize]);
      case 'attention_mask':
        if (input.type === 'int64') return { type: 'int64', shape: [1, total], data: new BigInt64Array(total).fill(1n) };
        return integersFor(input, new Uint8Array(total).fill(1), [1, total]);
      case 'position_ids':
        return integersFor(input, Int32Array.from({ length: positions }, (_, i) => past + i), [1, positions]);
      case 'num_logits_to_keep':
        return integersFor(input, [1], input.shape.map(() => 1));
      case 'use_cache_branch': // of older merged exports; their cached branch takes an empty past too
        return integersFor(input, [past > 0 ? 1 : 0], [1]);
      default:
        throw new ZoetropeError('model-unsupported', `The model's language part asks for the unknown input "${input.name}".`, 'Choose another model.');
    }
  }
}
