// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError } from '../contract';
import { halfToFloat } from '../model';
import { INT8, IS_INT8, layerInput, layerOutput, layerRuns, LOGITS_WANTED, SCALE } from './graph';
import type { KvCache, KvPlace, KvRun } from './kv-cache';
import type { Layers } from './prefill-plan';
import {
  floatsFor,
  integersFor,
  type HeldValue,
  type OnnxSession,
  type Phase,
  type Tensor,
  type TensorType,
  type ValueInfo,
} from './session';

const PAST = 'past_key_values.';
const PRESENT = 'present.';

/** One run of the decoder over new positions, through all or some of its layers. */
export interface ForwardPass {
  phase: Phase;
  /** The rows, or the output of the layer before the first one that runs, [positions, hiddenSize]. */
  input: Float32Array | HeldValue;
  /** The rows of these positions, [positions, row]: the embedding, and what the first layers add. Or embeddings alone. */
  rows: Float32Array;
  /** Number of positions before these. */
  past: number;
  positions: number;
  /** For a model with positions on three axes, [positions, 3]. Default: one after the other, after the cache's last. */
  positionIds?: Int32Array | undefined;
  /** Default: all. */
  layers?: Layers;
  /** Receives the output of the last layer that runs. */
  into?: HeldValue | undefined;
  wantLogits: boolean;
}

/** Wraps a decoder's session and hides the input and output names of published graphs. */
export class DecoderSession {
  readonly layers: number;
  readonly places: readonly KvPlace[];
  /** For graphs that hold the past in two forms: empty values for the form that a run does not use. */
  readonly blanks: Readonly<Record<string, HeldValue>>;
  /** Whether logits are computed for the last position only: published graphs compute them for all, 608 KB each. */
  readonly lastLogitsOnly: boolean;
  private readonly logitsType: TensorType;
  private readonly switches: Switches | undefined;

  /** @throws ZoetropeError `model-unsupported` if the graph lacks the published inputs and outputs. */
  constructor(
    readonly session: OnnxSession,
    private readonly hiddenSize: number,
    private readonly vocabSize: number,
  ) {
    this.places = session.inputs
      .filter(({ name }) => name.startsWith(PAST) && !name.endsWith(INT8) && !name.endsWith(SCALE))
      .map((past) => placeOf(past, session));
    const logits = session.outputs.find((output) => output.name === 'logits');
    const complete =
      this.places.length > 0 && this.places.every(({ present }) => session.outputs.some((o) => o.name === present));
    if (!logits || !complete || !session.inputs.some((input) => input.name === 'inputs_embeds')) {
      throw new ZoetropeError(
        'model-unsupported',
        say`The model's decoder has other inputs and outputs than expected.`,
        say`Use the graphs in the layout of llava-interleave-qwen-0.5b-hf.`,
        `in: ${session.inputs.map((i) => i.name).join(' ')}; out: ${session.outputs.map((o) => o.name).join(' ')}`,
      );
    }
    this.layers = Math.max(...this.places.map(({ layer }) => layer)) + 1;
    this.blanks = blanksOf(this.places, session);
    if (session.inputs.some(({ name }) => name === LOGITS_WANTED)) this.switches = switchesOf(session, hiddenSize);
    this.logitsType = logits.type;
    this.lastLogitsOnly = logits.shape[1] === 1 || session.inputs.some((input) => input.name === 'num_logits_to_keep');
  }

  /** Whether it can run only some of its layers. */
  get runsLayers(): boolean {
    return this.switches !== undefined;
  }

  /** A value for the hidden states that one layer passes to the next. */
  holdHidden(): HeldValue {
    return this.session.hold(typeOf(this.session, 'inputs_embeds'));
  }

  /**
   * Runs new positions and adds their keys and values to the cache, which stays unchanged if the run fails.
   * @returns the logits [vocabSize] after the last position, if requested.
   * @throws ZoetropeError `cancelled`, `out-of-memory`, `model-broken`, `model-unsupported`.
   */
  async forward(cache: KvCache, pass: ForwardPass, signal: AbortSignal | undefined): Promise<Float32Array | undefined> {
    const total = pass.past + pass.positions;
    const kv = await cache.prepare(total, pass.layers && { layers: pass.layers, past: pass.past });
    try {
      const logits = await this.run(kv, pass, cache.shift, signal);
      cache.commit(kv, total);
      return logits;
    } catch (error) {
      cache.abandon(kv);
      throw error;
    }
  }

  dispose(): Promise<void> {
    for (const held of Object.values({ ...this.blanks, ...this.switches })) held.dispose();
    return this.session.dispose();
  }

  private async run(
    kv: KvRun,
    pass: ForwardPass,
    shift: number,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array | undefined> {
    const { phase, input, wantLogits, layers = { from: 0, to: this.layers }, into: made } = pass;
    const feeds: Record<string, Tensor | HeldValue> = { ...kv.feeds, ...this.switched(layers, wantLogits) };
    if (!(input instanceof Float32Array)) feeds[layerInput(layers.from)] = input;
    for (const info of this.session.inputs) feeds[info.name] ??= this.feed(info, pass, kv.int8, shift);
    // Also held by the runtime: a graph may return logits for all positions, and only the last are copied.
    const logits = wantLogits ? this.session.hold(this.logitsType) : undefined;
    const into = { ...kv.into, ...(logits ? { logits } : {}), ...(made ? { [layerOutput(layers.to - 1)]: made } : {}) };
    try {
      await this.session.run(feeds, { phase, signal, wanted: [], into });
      const count = logits?.shape?.reduce((a, b) => a * b, 1) ?? 0;
      const last = await logits?.read(count - this.vocabSize, count);
      return last instanceof Uint16Array ? halfToFloat(last) : (last as Float32Array | undefined);
    } finally {
      logits?.dispose();
    }
  }

  /** Inputs that select which layers run; the others are given no positions. */
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

  private feed(input: ValueInfo, pass: ForwardPass, int8: boolean, shift: number): Tensor {
    const { rows, past, positions, positionIds } = pass;
    const total = past + positions;
    switch (input.name) {
      case 'inputs_embeds':
        return floatsFor(input, columnsOf(rows, positions, 0, this.hiddenSize), [1, positions, this.hiddenSize]);
      case 'deep_features': {
        const width = Number(input.shape[2]);
        return floatsFor(input, columnsOf(rows, positions, this.hiddenSize, width), [1, positions, width]);
      }
      case 'attention_mask':
        if (input.type === 'int64')
          return { type: 'int64', shape: [1, total], data: new BigInt64Array(total).fill(1n) };
        return integersFor(input, new Uint8Array(total).fill(1), [1, total]);
      case 'position_ids':
        if (input.shape.length === 3) {
          const next = (_: unknown, i: number): number => past + shift + Math.floor(i / 3);
          return integersFor(input, positionIds ?? Int32Array.from({ length: 3 * positions }, next), [1, positions, 3]);
        }
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
      case 'use_cache_branch': // used by older merged exports; their cached branch accepts an empty past too
        return integersFor(input, [past > 0 ? 1 : 0], [1]);
      default:
        throw new ZoetropeError(
          'model-unsupported',
          say`The model's decoder asks for the unknown input "${input.name}".`,
          say`Choose another model.`,
        );
    }
  }
}

/** Some columns of [positions, row], as [positions, width]; zeros where the rows are shorter. */
function columnsOf(rows: Float32Array, positions: number, from: number, width: number): Float32Array {
  const row = rows.length / positions;
  if (row === width && from === 0) return rows;
  const out = new Float32Array(positions * width);
  if (row >= from + width)
    for (let i = 0; i < positions; i++) out.set(rows.subarray(i * row + from, i * row + from + width), i * width);
  return out;
}

/** The inputs that switch layers on and off, and the empty inputs of layers that do not run. */
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

/** For graphs that hold the past in two forms: empty values for the form that a run does not use. */
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
