// SPDX-License-Identifier: Apache-2.0
import { seededRandom, throwIfCancelled } from '../contract';
import type { Decoder } from './decoder';
import type { KvCache } from './kv-cache';
import { pickToken, type SamplingSettings } from './sampling';
import { yieldToEventLoop } from './session';
import type { TokenEmbedder } from './token-embedder';

/** Why an answer ended: the model ended it, `maxNewTokens` was reached, or the context is full. */
export type StopReason = 'end' | 'length' | 'context';

export interface GenerateOptions {
  decoder: Decoder;
  embedder: TokenEmbedder;
  /** Holds the prompt. Grows with the answer, but never holds its last token: that one was yielded but not run. */
  cache: KvCache;
  /** The logits that `prefill` returned. */
  logits: Float32Array;
  /** The whole prompt's ids, for the repetition penalty. */
  promptIds: readonly number[];
  /** Ids that end the answer; they are not yielded. */
  eosIds: readonly number[];
  maxNewTokens: number;
  sampling?: SamplingSettings | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Decodes an answer, token by token. Between tokens the event loop runs, so that cancelling takes effect.
 * @returns (as the generator's return value) why it ended.
 * @throws ZoetropeError `cancelled`, `out-of-memory`, `model-broken`.
 */
export async function* generate(options: GenerateOptions): AsyncGenerator<number, StopReason, void> {
  const { decoder, embedder, cache, eosIds, maxNewTokens, signal, sampling = {} } = options;
  const random = seededRandom(sampling.seed ?? 0);
  const history = new Set(options.promptIds);
  let logits = options.logits;
  for (let made = 1; made <= maxNewTokens; made++) {
    throwIfCancelled(signal);
    const id = pickToken(logits, sampling, history, random);
    if (eosIds.includes(id)) return 'end';
    yield id;
    if (made === maxNewTokens) break;
    if (cache.length >= decoder.contextLength) return 'context';
    history.add(id);
    await yieldToEventLoop();
    throwIfCancelled(signal);
    logits = await decoder.step(cache, await embedder.embed([id], signal), signal);
  }
  return 'length';
}
