// SPDX-License-Identifier: Apache-2.0
/** Zoetrope itself, set up as in the engine: the same sessions, cache, chunks and token loop. */

import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom, toErrorInfo } from '../../../src/contract';
import { readModelFolder, squareInput, type Precision } from '../../../src/model';
import { embedSequence, generate, loadModel } from '../../../src/runtime';
import type { Operations, Subject } from './subject';

export interface OursSettings {
  folder: string;
  precision: Precision;
  threads: number;
}

/** How long the event loop was blocked, in milliseconds: the maximum and the 99.9th percentile. */
export interface Stalls {
  max: number;
  p999: number;
}

/** Interval of event-loop samples, in milliseconds; a stall is the time beyond it. */
const LOOK_EVERY = 1;

export interface Ours extends Subject {
  /**
   * Starts to prefill `positions` more tokens and cancels after `delay` ms.
   * @returns how long the cancel took, or null if it was done by then.
   */
  stopReading(positions: number, delay: number): Promise<number | null>;
  /** The same for decode. */
  stopWriting(delay: number): Promise<number | null>;
  /** The same for encoding a picture. */
  stopLooking(delay: number): Promise<number | null>;
  /** Encodes frames, prefills a prompt of `positions` tokens with them, and chooses the first token. */
  firstWord(frames: number, positions: number): Promise<void>;
  /** Does nothing for `ms`. */
  rest(ms: number): Promise<void>;
  /** Starts to watch the event loop. */
  watch(): Promise<void>;
  /** The stalls since `watch`. */
  watched(): Promise<Stalls>;
}

export async function openOurs({ folder, precision, threads }: OursSettings): Promise<Operations & Ours> {
  const described = await readModelFolder(folder);
  const model = await loadModel(described, { precision, threads });
  const { decoder, embedder, vision } = model;
  const random = seededRandom(2);
  const pixels = squareInput(described, (length) => Float32Array.from({ length }, () => random() * 2 - 1));
  const ids = (count: number) => Array.from({ length: count }, () => Math.floor(random() * described.imageTokenId));
  let cache = decoder.newCache();
  let logits: Float32Array = new Float32Array(described.vocabSize);
  let watch: IntervalHistogram | undefined;

  const extend = async (positions: number, signal?: AbortSignal): Promise<void> => {
    logits = await model.prefill(cache, await embedder.embed(ids(positions), signal), { signal });
  };
  const write = async (tokens: number, signal?: AbortSignal): Promise<void> => {
    // The first token needs no step: its logits are the prompt's.
    const stream = generate({
      decoder,
      embedder,
      cache,
      logits,
      promptIds: [],
      eosIds: [],
      maxNewTokens: tokens + 1,
      signal,
    });
    while (!(await stream.next()).done);
  };
  const read = async (positions: number): Promise<void> => {
    cache.dispose();
    cache = decoder.newCache();
    await extend(positions);
  };
  return {
    read,
    fill: read,
    rewind: async (positions) => cache.truncate(positions),
    extend: (positions) => extend(positions),
    write: (tokens) => write(tokens),
    look: async () => void (await vision.encode(pixels)),
    stopReading: (positions, delay) => stopped((signal) => extend(positions, signal), delay),
    stopWriting: (delay) =>
      stopped((signal) => write(Math.max(1, decoder.contextLength - cache.length - 1), signal), delay),
    stopLooking: (delay) => stopped(async (signal) => void (await vision.encode(pixels, signal)), delay),
    firstWord: async (frames, positions) => {
      cache.dispose();
      cache = decoder.newCache();
      const { imageSize, imageTokenId, format } = described;
      const plan = format.plan({ width: imageSize, height: imageSize }, 'video', frames);
      const newline = new Float32Array(described.hiddenSize);
      const features: Float32Array[] = [];
      const runs = Math.ceil(frames / (format.together ?? 1));
      for (let run = 0; run < runs; run++) features.push(plan.pack([await vision.encode(pixels)], newline));
      const shown = new Array<number>(runs * plan.rows).fill(imageTokenId);
      const all = [...shown, ...ids(positions - shown.length)];
      logits = await model.prefill(cache, await embedSequence(embedder, all, imageTokenId, features));
      await write(0);
    },
    rest: (ms) => sleep(ms),
    watch: async () => {
      watch = monitorEventLoopDelay({ resolution: LOOK_EVERY });
      watch.enable();
    },
    watched: async () => {
      watch!.disable();
      const over = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - LOOK_EVERY);
      return { max: over(watch!.max), p999: over(watch!.percentile(99.9)) };
    },
  };
}

async function stopped(job: (signal: AbortSignal) => Promise<void>, delay: number): Promise<number | null> {
  const abort = new AbortController();
  let at = 0;
  const timer = setTimeout(() => {
    at = performance.now();
    abort.abort();
  }, delay);
  try {
    await job(abort.signal);
    return null;
  } catch (error) {
    if (toErrorInfo(error).code !== 'cancelled') throw error;
    return performance.now() - at;
  } finally {
    clearTimeout(timer);
  }
}
