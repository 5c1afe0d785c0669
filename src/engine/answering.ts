// SPDX-License-Identifier: Apache-2.0
import { toErrorInfo, type AskRequest, type Receipt } from '../contract';
import { embedSequence, generate, type KvCache } from '../runtime';
import type { JobOptions } from './items';
import type { KvPrefixes, TokenSequence } from './kv-prefixes';
import type { ReadyModel } from './ready-model';
import { RepetitionWatch } from './repetition';

export interface DecodeOptions extends JobOptions {
  /** Called with each piece of text as it is decoded. */
  onText?: ((delta: string) => void) | undefined;
  /** Called with the logits [vocabulary] at the last position of the prompt. */
  onLogits?: ((logits: Float32Array) => void | Promise<void>) | undefined;
}

export interface Prompt {
  sequence: TokenSequence;
  /** The rows of all pictures in order, in arrays [rows, rowWidth]. */
  features: readonly Float32Array[];
  sampling: AskRequest['sampling'];
  memory: {
    /** Bytes that the sequence needs. */
    needed: number;
    /** Bytes available, including those held by kept conversations. */
    free: number;
    /** Whether keys and values may be stored as floats. */
    floats: boolean;
  };
}

/** The decoded answer. Times are in milliseconds, as of `performance.now()`. */
export interface Decoded {
  text: string;
  /** Tokens decoded. */
  generated: number;
  /** Positions of the prompt taken from the prefix cache. */
  reused: number;
  finish: Receipt['finish'];
  prefilledAt: number;
  firstTokenAt: number | undefined;
}

/**
 * Prefills the part of the prompt that is not in the prefix cache, and decodes the answer. The keys and values of this
 * conversation are kept for the next question.
 * @throws out-of-memory, model-broken; cancelled before the first token.
 */
export async function answerPrompt(
  loaded: ReadyModel,
  prefixes: KvPrefixes,
  prompt: Prompt,
  options: DecodeOptions,
): Promise<Decoded> {
  const { model } = loaded;
  const { sequence, memory } = prompt;
  const keys = prefixes.keys(sequence);
  const cache = (await prefixes.take(keys)) ?? model.decoder.newCache();
  prefixes.shrink(Math.max(0, memory.free - memory.needed)); // other conversations are dropped to make room
  const tokens: number[] = [];
  let reusable = false;
  try {
    const reused = cache.length;
    const logits = await prefill(loaded, cache, prompt, options);
    await options.onLogits?.(logits);
    const prefilledAt = performance.now();
    const decoded = await decode(loaded, cache, logits, prompt, tokens, options);
    reusable = true;
    return { ...decoded, generated: tokens.length, reused, prefilledAt };
  } catch (error) {
    const { code } = toErrorInfo(error);
    reusable = code === 'cancelled'; // the cache is valid up to the last finished chunk
    if (code === 'out-of-memory') prefixes.clear(); // frees memory, so that the next try may succeed
    throw error;
  } finally {
    if (reusable) prefixes.put(joined(keys, tokens), cache);
    else cache.dispose();
  }
}

/** Prefills the positions that follow those in the cache. Returns the logits [vocabulary] at the last position. */
async function prefill(
  { model, info }: ReadyModel,
  cache: KvCache,
  { sequence, features, memory }: Prompt,
  { signal, onProgress }: DecodeOptions,
): Promise<Float32Array> {
  const { rowWidth, imageTokenId } = model.folder;
  const known = cache.length;
  // What is known may end within a picture, if a prefill was cancelled.
  let skipped = rowWidth * sequence.ids.subarray(0, known).reduce((sum, id) => sum + (id === imageTokenId ? 1 : 0), 0);
  const rest = features.map((rows) => {
    const from = Math.min(skipped, rows.length);
    skipped -= from;
    return rows.subarray(from);
  });
  const ids = Array.from(sequence.ids.slice(known));
  const embeds = await embedSequence(model.embedder, ids, imageTokenId, rest, signal);
  return model.prefill(cache, embeds, {
    signal,
    onProgress,
    positions: sequence.positions?.subarray(3 * known),
    chunk: info.device.chunk ?? undefined,
    floatLimit: memory.floats ? Infinity : 0,
  });
}

/** Decodes the answer. @param tokens receives the decoded token ids, even if decoding is cancelled or fails. */
async function decode(
  { model, tokenizer }: ReadyModel,
  cache: KvCache,
  logits: Float32Array,
  { sequence, sampling: { maxNewTokens, ...sampling } }: Prompt,
  tokens: number[],
  { signal, onText }: DecodeOptions,
): Promise<Pick<Decoded, 'text' | 'finish' | 'firstTokenAt'>> {
  const stream = tokenizer.decodeStream();
  const generated = generate({
    decoder: model.decoder,
    embedder: model.embedder,
    cache,
    logits,
    promptIds: Array.from(sequence.ids),
    eosIds: model.folder.eosIds,
    maxNewTokens,
    sampling,
    signal,
  });
  const watch = new RepetitionWatch(sequence.images.length);
  let text = '';
  let firstTokenAt: number | undefined;
  try {
    for (;;) {
      const { value, done } = await generated.next();
      if (done) return { text, finish: value === 'end' ? 'stop' : value, firstTokenAt };
      tokens.push(value);
      firstTokenAt ??= performance.now();
      const delta = stream.push(value);
      text += delta;
      if (delta !== '') onText?.(delta);
      const keep = watch.add(delta);
      if (keep === undefined) continue;
      await generated.return('end');
      return { text: text.slice(0, keep), finish: 'repeating', firstTokenAt };
    }
  } catch (error) {
    if (toErrorInfo(error).code !== 'cancelled' || tokens.length === 0) throw error;
    return { text, finish: 'cancelled', firstTokenAt };
  }
}

function joined(keys: Int32Array, more: readonly number[]): Int32Array {
  const all = new Int32Array(keys.length + more.length);
  all.set(keys);
  all.set(more, keys.length);
  return all;
}
