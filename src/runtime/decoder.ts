import { throwIfCancelled, ZoetropeError, type OnProgress } from '../contract';
import { KvCache } from './kv-cache';
import { asFloats, floatsFor, integersFor, yieldToEventLoop, zeros, type OnnxSession, type Tensor, type ValueInfo } from './session';

const PAST = 'past_key_values.';
const PRESENT = 'present.';

/** Logits of all positions that one run of a published graph may make, in bytes. */
const LOGITS_BUDGET = 64 << 20;

export interface PrefillOptions {
  /** Positions a run: between runs a cancel is heard and progress told. Default 512. */
  chunk?: number | undefined;
  /** Step `prefill`, in positions. */
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

/** The language model: embeddings in, the next token's logits out, the past kept in a cache. */
export class Decoder {
  private readonly pasts: readonly ValueInfo[];
  private readonly lastLogitsOnly: boolean;

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
    this.pasts = session.inputs.filter((input) => input.name.startsWith(PAST));
    const logits = session.outputs.find((output) => output.name === 'logits');
    const complete = this.pasts.length > 0 && this.pasts.every((p) => session.outputs.some((o) => o.name === presentName(p.name)));
    if (!logits || !complete || !session.inputs.some((input) => input.name === 'inputs_embeds')) {
      throw new ZoetropeError(
        'model-unsupported',
        "The model's language part has other inputs and outputs than expected.",
        'Use the graphs in the layout of llava-interleave-qwen-0.5b-hf.',
        `in: ${session.inputs.map((i) => i.name).join(' ')}; out: ${session.outputs.map((o) => o.name).join(' ')}`,
      );
    }
    this.lastLogitsOnly = logits.shape[1] === 1 || session.inputs.some((input) => input.name === 'num_logits_to_keep');
  }

  /** An empty cache for this decoder. */
  newCache(): KvCache {
    const empty: Record<string, Tensor> = {};
    for (const { name, type, shape } of this.pasts) {
      empty[name] = zeros(type, [1, Number(shape[1]), 0, Number(shape[3])]);
    }
    return new KvCache(empty, 0);
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
    const feeds: Record<string, Tensor> = { ...cache.tensors };
    for (const input of this.session.inputs) {
      if (!input.name.startsWith(PAST)) feeds[input.name] = this.feed(input, embeds, positions, cache.length);
    }
    const presents = this.pasts.map((p) => presentName(p.name));
    const results = await this.session.run(feeds, { signal, wanted: wantLogits ? ['logits', ...presents] : presents });
    const past: Record<string, Tensor> = {};
    for (const { name } of this.pasts) past[name] = results[presentName(name)]!;
    cache.replace(past, total);
    const logits = results['logits'];
    if (!logits) return undefined;
    const all = asFloats(logits);
    return all.length === this.vocabSize ? all : all.slice(all.length - this.vocabSize);
  }

  private feed(input: ValueInfo, embeds: Float32Array, positions: number, past: number): Tensor {
    const total = past + positions;
    switch (input.name) {
      case 'inputs_embeds':
        return floatsFor(input, embeds, [1, positions, this.hiddenSize]);
      case 'attention_mask':
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

function presentName(past: string): string {
  return PRESENT + past.slice(PAST.length);
}
