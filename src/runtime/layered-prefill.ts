// SPDX-License-Identifier: Apache-2.0
import { throwIfCancelled, type OnProgress } from '../contract';
import type { DecoderSession } from './decoder-session';
import type { KvCache } from './kv-cache';
import type { Layers } from './prefill-plan';
import { yieldToEventLoop, type HeldValue } from './session';

export interface LayeredPrefill {
  /** Positions per run. */
  chunk: number;
  /** The layers that run together, first to last. */
  groups: readonly Layers[];
  /** As `PrefillOptions.positions`. */
  positions?: Int32Array | undefined;
  /** Step `prefill`, in positions. */
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Prefills all chunks through the first group of layers, then passes their outputs through the next group. Only the
 * running layers hold keys and values as floats. If it is stopped or fails, the cache keeps the positions from before.
 * @param embeds [positions, rowWidth].
 * @returns the logits [vocabSize] after the last position. Errors as `Decoder.prefill`.
 */
export async function prefillByLayers(
  decoder: DecoderSession,
  cache: KvCache,
  embeds: Float32Array,
  rowWidth: number,
  { chunk, groups, positions, onProgress, signal }: LayeredPrefill,
): Promise<Float32Array> {
  const total = embeds.length / rowWidth;
  const past = cache.length;
  const hidden = new Map<number, HeldValue>(); // keyed by the first position of each chunk
  let logits: Float32Array | undefined;
  const run = cache.prepareLayers(past + total);
  try {
    for (const layers of groups) {
      await cache.widenLayers(run, layers, signal);
      for (let from = 0; from < total; from += chunk) {
        throwIfCancelled(signal);
        const share = (layers.from + ((layers.to - layers.from) * from) / total) / decoder.layers;
        onProgress?.({ step: 'prefill', done: Math.floor(share * total), total });
        const to = Math.min(total, from + chunk);
        const rows = embeds.subarray(from * rowWidth, to * rowWidth);
        const input = hidden.get(from) ?? rows;
        const positionIds = positions?.subarray(3 * from, 3 * to);
        const last = layers.to === decoder.layers;
        const into = last ? undefined : decoder.holdHidden();
        const wantLogits = last && to === total;
        try {
          logits = await decoder.forward(
            cache,
            {
              phase: 'prefill',
              input,
              rows,
              past: past + from,
              positions: to - from,
              positionIds,
              layers,
              into,
              wantLogits,
            },
            signal,
          );
        } catch (error) {
          into?.dispose();
          throw error;
        }
        hidden.get(from)?.dispose();
        if (into) hidden.set(from, into);
        else hidden.delete(from);
        await yieldToEventLoop();
      }
      await cache.narrowLayers(run, layers, signal);
    }
    cache.commitLayers(run);
  } catch (error) {
    cache.abandonLayers();
    throw error;
  } finally {
    for (const value of hidden.values()) value.dispose();
  }
  onProgress?.({ step: 'prefill', done: total, total });
  return logits!;
}
