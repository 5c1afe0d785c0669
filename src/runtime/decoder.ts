import { say, throwIfCancelled, ZoetropeError, type OnProgress } from '../contract';
import { halfToFloat } from '../model';
import { INT8, IS_INT8, layerInput, layerOutput, layerRuns, LOGITS_WANTED, SCALE } from './graph';
import { KvCache, type KvLayout, type KvPlace, type KvRun } from './kv-cache';
import type { KvCodec } from './kv-codec';
import type { CacheTraits } from './memory-needs';
import { CHUNK, chunkLength, FLOATS_AT_ONCE, layerGroups, worthLayers, type Layers } from './reading-plan';
import {
  bytesOf,
  floatsFor,
  integersFor,
  yieldToEventLoop,
  type HeldValue,
  type OnnxSession,
  type Tensor,
  type TensorType,
  type ValueInfo,
} from './session';

const PAST = 'past_key_values.';
const PRESENT = 'present.';

/** Logits of all positions that one run of a published graph may make, in bytes. */
const LOGITS_BUDGET = 64 << 20;

/** Answers are usually shorter, in positions: room for one is made with the prompt's. */
const ANSWER_ROOM = 256;

/**
 * Bytes of a past in floats from which on answers are written on 8 bits. Below, floats are as fast and cost no
 * precision; above, memory is what a token waits for.
 */
const INT8_FROM = 64 << 20;

/** Fewer new positions than this are read on 8 bits too: to turn a long past into floats and back takes longer. */
const WORTH_WIDENING = 64;

export interface PrefillOptions {
  /** Most positions a run: between runs a cancel is heard and progress told. Default 512. */
  chunk?: number | undefined;
  /** Bytes of a past in floats beyond which it is read on 8 bits; default: `prepare`'s. */
  floatLimit?: number | undefined;
  /** Step `prefill`, in positions. */
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

export interface PrepareOptions {
  /** For keys and values in 8 bits; it stays the caller's. */
  codec?: KvCodec | undefined;
  /** Bytes of a past in floats from which on it is turned into 8 bits for writing the answer. */
  int8From?: number | undefined;
  /** Bytes of a past in floats beyond which a prompt, too, is read on 8 bits: slower, but it fits. */
  floatLimit?: number | undefined;
  /** Bytes of a past in floats that stand at once where a prompt is so long that it is read layer by layer. */
  floatsAtOnce?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** The language model: embeddings in, the next token's logits out, the past kept in a cache. */
export class Decoder {
  private layout: KvLayout;
  private readonly lastLogitsOnly: boolean;
  private readonly logitsType: Tensor['type'];
  private readonly layers: number;
  private readonly switches: Switches | undefined;
  private int8From = Infinity;
  private floatLimit = Infinity;
  private floatsAtOnce = FLOATS_AT_ONCE;

  /**
   * @param contextLength most positions that prompt and answer may take together.
   * @param heads of queries; those of keys, if left out.
   * @throws ZoetropeError `model-unsupported` if the graph has not the published inputs and outputs.
   */
  constructor(
    private readonly session: OnnxSession,
    readonly hiddenSize: number,
    readonly vocabSize: number,
    readonly contextLength: number,
    private readonly heads = 0,
  ) {
    const places = session.inputs
      .filter(({ name }) => name.startsWith(PAST) && !name.endsWith(INT8) && !name.endsWith(SCALE))
      .map((past) => placeOf(past, session));
    const logits = session.outputs.find((output) => output.name === 'logits');
    const complete =
      places.length > 0 && places.every(({ present }) => session.outputs.some((o) => o.name === present));
    if (!logits || !complete || !session.inputs.some((input) => input.name === 'inputs_embeds')) {
      throw new ZoetropeError(
        'model-unsupported',
        say`The model's language part has other inputs and outputs than expected.`,
        say`Use the graphs in the layout of llava-interleave-qwen-0.5b-hf.`,
        `in: ${session.inputs.map((i) => i.name).join(' ')}; out: ${session.outputs.map((o) => o.name).join(' ')}`,
      );
    }
    this.layout = { session, places, inPlace: false, limit: contextLength, blanks: blanksOf(places, session) };
    this.layers = Math.max(...places.map(({ layer }) => layer)) + 1;
    this.heads ||= Number(places[0]!.past.shape[1]);
    if (session.inputs.some(({ name }) => name === LOGITS_WANTED)) this.switches = switchesOf(session, hiddenSize);
    this.logitsType = logits.type;
    this.lastLogitsOnly = logits.shape[1] === 1 || session.inputs.some((input) => input.name === 'num_logits_to_keep');
  }

  /**
   * Finds out what the graph can do, by reading a token both ways, so that nothing needs to be known of who made it:
   * whether it can add to its past in place (GroupQueryAttention does, joining past and new by Concat does not), and
   * whether its past can be in 8 bits.
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
    if (this.session.writesInPlace) {
      // A graph that cannot refuses a past longer than its mask, or gives something else.
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

  /** What its keys and values can do, once it is prepared. */
  get traits(): CacheTraits {
    const int8 = this.layout.codec !== undefined;
    return {
      inPlace: this.layout.inPlace,
      int8,
      floatsAtOnce: int8 && this.switches && this.int8From < Infinity ? this.floatsAtOnce : Infinity,
    };
  }

  /** An empty cache for this decoder. */
  newCache(): KvCache {
    return new KvCache(this.layout);
  }

  /**
   * Reads a prompt, or what follows in it, into the cache, a chunk at a time. If it is stopped, a later call may go on
   * from `cache.length`: the chunks that were done; of a prompt so long that it is read layer by layer, what there was.
   * @param embeds [positions, hiddenSize], at least one position.
   * @returns the logits [vocabSize] after the last position.
   * @throws ZoetropeError `prompt-too-long`, `cancelled`, `out-of-memory`, `model-broken`.
   */
  async prefill(cache: KvCache, embeds: Float32Array, options: PrefillOptions = {}): Promise<Float32Array> {
    const { onProgress, signal, floatLimit = this.floatLimit } = options;
    const total = embeds.length / this.hiddenSize;
    if (!Number.isInteger(total) || total === 0) {
      throw new ZoetropeError(
        'bad-request',
        say`There is nothing to read.`,
        say`Write a question.`,
        `${embeds.length} values of width ${this.hiddenSize}`,
      );
    }
    this.checkRoom(cache, total);
    const end = cache.length + total;
    const chunk = this.chunkSize(options.chunk, end);
    const floats = this.floatBytes(end);
    const onInt8 = cache.isInt8 && total < WORTH_WIDENING;
    if (!onInt8 && this.readsByLayers(end) && floats / this.layers <= floatLimit) {
      return this.readByLayers(
        cache,
        embeds,
        chunk,
        layerGroups(this.layers, floats / this.layers, Math.min(this.floatsAtOnce, floatLimit)),
        options,
      );
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
      logits = await this.forward(
        cache,
        embeds.subarray(from * this.hiddenSize, to * this.hiddenSize),
        to === total,
        signal,
      );
      await yieldToEventLoop();
    }
    onProgress?.({ step: 'prefill', done: total, total });
    return logits!;
  }

  /** Whether a prompt that ends after so many positions is read layer by layer. */
  readsByLayers(end: number): boolean {
    const floats = this.floatBytes(end);
    return worthLayers(floats, this.traits.floatsAtOnce) && floats >= this.int8From;
  }

  /** All chunks through the first layers, then what these made of them through the next. */
  private async readByLayers(
    cache: KvCache,
    embeds: Float32Array,
    chunk: number,
    groups: readonly Layers[],
    { onProgress, signal }: PrefillOptions,
  ): Promise<Float32Array> {
    const total = embeds.length / this.hiddenSize;
    const past = cache.length;
    const hidden = new Map<number, HeldValue>(); // by the first position of each chunk
    let logits: Float32Array | undefined;
    cache.reserve(past + total + ANSWER_ROOM);
    try {
      await cache.extendByLayers(
        groups,
        past + total,
        async (layers) => {
          for (let from = 0; from < total; from += chunk) {
            throwIfCancelled(signal);
            const share = (layers.from + ((layers.to - layers.from) * from) / total) / this.layers;
            onProgress?.({ step: 'prefill', done: Math.floor(share * total), total });
            const to = Math.min(total, from + chunk);
            const input = hidden.get(from) ?? embeds.subarray(from * this.hiddenSize, to * this.hiddenSize);
            const last = layers.to === this.layers;
            const made = last ? undefined : this.session.hold(typeOf(this.session, 'inputs_embeds'));
            try {
              const kv = await cache.prepare(past + to, { layers, past: past + from });
              logits = await this.run(
                cache,
                kv,
                {
                  input,
                  past: past + from,
                  positions: to - from,
                  layers,
                  into: made,
                  wantLogits: last && to === total,
                },
                signal,
              );
            } catch (error) {
              made?.dispose();
              throw error;
            }
            hidden.get(from)?.dispose();
            if (made) hidden.set(from, made);
            else hidden.delete(from);
            await yieldToEventLoop();
          }
        },
        signal,
      );
    } finally {
      for (const value of hidden.values()) value.dispose();
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
    if (!cache.isInt8 && this.floatBytes(cache.length) >= this.int8From) await cache.narrow(signal);
    return (await this.forward(cache, embed, true, signal))!;
  }

  dispose(): Promise<void> {
    for (const held of Object.values({ ...this.layout.blanks, ...this.switches })) held.dispose();
    return this.session.dispose();
  }

  /** The logits after two tokens, the second read on the layout's shortest form of the first. */
  private async tryOut(layout: KvLayout, signal: AbortSignal | undefined): Promise<Float32Array> {
    const embed = new Float32Array(this.hiddenSize).fill(0.01);
    const cache = new KvCache(layout);
    try {
      await this.forward(cache, embed, false, signal);
      await cache.narrow(signal);
      return (await this.forward(cache, embed, true, signal))!;
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

  /** Bytes that so many positions take as floats. */
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

  /** Published graphs make logits of every position, 608 KB each: their chunks are kept small. */
  private chunkSize(asked: number | undefined, end: number): number {
    const chunk = chunkLength(this.heads, Math.min(end + ANSWER_ROOM, this.contextLength), asked ?? CHUNK);
    if (this.lastLogitsOnly) return chunk;
    return Math.max(1, Math.min(chunk, Math.floor(LOGITS_BUDGET / (4 * this.vocabSize))));
  }

  private async forward(
    cache: KvCache,
    embeds: Float32Array,
    wantLogits: boolean,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array | undefined> {
    const positions = embeds.length / this.hiddenSize;
    const past = cache.length;
    return this.run(
      cache,
      await cache.prepare(past + positions),
      { input: embeds, past, positions, wantLogits },
      signal,
    );
  }

  private async run(
    cache: KvCache,
    kv: KvRun,
    run: Run,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array | undefined> {
    const { input, wantLogits, layers = { from: 0, to: this.layers }, into: made } = run;
    const feeds: Record<string, Tensor | HeldValue> = { ...kv.feeds, ...this.switched(layers, wantLogits) };
    if (!(input instanceof Float32Array)) feeds[layerInput(layers.from)] = input;
    for (const info of this.session.inputs) feeds[info.name] ??= this.feed(info, run, kv.int8);
    // Held too, because a graph may give them for all positions: only the last are copied.
    const logits = wantLogits ? this.session.hold(this.logitsType) : undefined;
    const into = { ...kv.into, ...(logits ? { logits } : {}), ...(made ? { [layerOutput(layers.to - 1)]: made } : {}) };
    try {
      await this.session.run(feeds, { signal, wanted: [], into });
      const count = logits?.shape?.reduce((a, b) => a * b, 1) ?? 0;
      const last = await logits?.read(count - this.vocabSize, count);
      cache.commit(kv, run.past + run.positions);
      return last instanceof Uint16Array ? halfToFloat(last) : (last as Float32Array | undefined);
    } catch (error) {
      cache.abandon(kv);
      throw error;
    } finally {
      logits?.dispose();
    }
  }

  /** Which layers run; those that do not, read nothing. */
  private switched(layers: Layers, wantLogits: boolean): Record<string, HeldValue> {
    if (!this.switches) return {};
    const { yes, no, nothing } = this.switches;
    const feeds: Record<string, HeldValue> = { [LOGITS_WANTED]: wantLogits ? yes : no };
    for (let layer = 0; layer < this.layers; layer++) {
      const runs = layer >= layers.from && layer < layers.to;
      feeds[layerRuns(layer)] = runs ? yes : no;
      if (layer > 0 || !runs) feeds[layerInput(layer)] = nothing;
    }
    return feeds;
  }

  private feed(input: ValueInfo, { input: embeds, past, positions }: Run, int8: boolean): Tensor {
    const total = past + positions;
    switch (input.name) {
      case 'inputs_embeds':
        return floatsFor(input, embeds as Float32Array, [1, positions, this.hiddenSize]);
      case 'attention_mask':
        if (input.type === 'int64')
          return { type: 'int64', shape: [1, total], data: new BigInt64Array(total).fill(1n) };
        return integersFor(input, new Uint8Array(total).fill(1), [1, total]);
      case 'position_ids':
        return integersFor(
          input,
          Int32Array.from({ length: positions }, (_, i) => past + i),
          [1, positions],
        );
      case IS_INT8:
        return integersFor(input, [int8 ? 1 : 0], []);
      case 'num_logits_to_keep':
        return integersFor(
          input,
          [1],
          input.shape.map(() => 1),
        );
      case 'use_cache_branch': // of older merged exports; their cached branch takes an empty past too
        return integersFor(input, [past > 0 ? 1 : 0], [1]);
      default:
        throw new ZoetropeError(
          'model-unsupported',
          say`The model's language part asks for the unknown input "${input.name}".`,
          say`Choose another model.`,
        );
    }
  }
}

/** What one run reads. */
interface Run {
  /** [positions, hiddenSize]: embeddings, or what the layer before the first has made. */
  input: Float32Array | HeldValue;
  past: number;
  positions: number;
  /** Default: all. */
  layers?: Layers;
  /** Takes what the last of the layers makes. */
  into?: HeldValue | undefined;
  wantLogits: boolean;
}

/** What tells layers to run or not, and stands for the input of those that do not. */
interface Switches {
  yes: HeldValue;
  no: HeldValue;
  nothing: HeldValue;
}

function switchesOf(session: OnnxSession, hiddenSize: number): Switches {
  const flag = (value: number) => session.keep({ type: 'bool', shape: [], data: Uint8Array.of(value) });
  return { yes: flag(1), no: flag(0), nothing: session.hold(typeOf(session, 'inputs_embeds'), [1, 0, hiddenSize]) };
}

function typeOf(session: OnnxSession, input: string): TensorType {
  return session.inputs.find(({ name }) => name === input)!.type;
}

function placeOf(past: ValueInfo, session: OnnxSession): KvPlace {
  const layer = Number(/\.(\d+)\./.exec(past.name)?.[1] ?? 0);
  const present = PRESENT + past.name.slice(PAST.length);
  const int8 = { past: past.name + INT8, scale: past.name + SCALE, present: present + INT8 };
  return session.inputs.some(({ name }) => name === int8.past)
    ? { layer, past, present, int8 }
    : { layer, past, present };
}

/** Of graphs that have two forms of the past, values of no positions for the one that a run does not use. */
function blanksOf(places: readonly KvPlace[], session: OnnxSession): Record<string, HeldValue> {
  const blanks: Record<string, HeldValue> = {};
  const shared = new Map<string, HeldValue>();
  for (const { past, int8 } of places) {
    if (!int8) continue;
    const [heads, width] = [Number(past.shape[1]), Number(past.shape[3])];
    const blank = (type: TensorType, shape: number[]) => {
      const key = `${type} ${shape.join()}`;
      const value = shared.get(key) ?? session.hold(type, shape);
      shared.set(key, value);
      return value;
    };
    blanks[past.name] = blank(past.type, [1, heads, 0, width]);
    blanks[int8.past] = blank('int8', [1, heads, 0, width]);
    blanks[int8.scale] = blank('float32', [1, heads, 1, width]);
  }
  return blanks;
}
