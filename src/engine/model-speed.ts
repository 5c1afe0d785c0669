// SPDX-License-Identifier: Apache-2.0
import { seededRandom, type ModelSpeed } from '../contract';
import { squareInput } from '../model';
import type { ReadyModel } from './ready-model';

/** The question that is estimated: frames of a video, and some words. */
const FRAMES = 16;
const WORDS = 64;
/** Tokens that are prefilled: enough for the products to dominate, and done within seconds. */
const SAMPLE = 512;

/**
 * Estimates the time to the first word from one encoded picture and a short prompt, of noise. A long prompt takes longer
 * per token than this, because each token attends to all before it, so the estimate is at the lower end.
 */
export async function measureSpeed({ model, info }: ReadyModel, signal: AbortSignal | undefined): Promise<ModelSpeed> {
  const { folder, decoder, vision } = model;
  const random = seededRandom(1);
  const noise = (length: number): Float32Array => Float32Array.from({ length }, () => random() * 2 - 1);
  const timed = async (job: () => Promise<unknown>): Promise<number> => {
    const began = performance.now();
    await job();
    return performance.now() - began;
  };
  const pixels = squareInput(folder, noise);
  await vision.encode(pixels, signal); // the first run also allocates
  const picture = await timed(() => vision.encode(pixels, signal));
  const tokens = Math.min(SAMPLE, folder.contextLength);
  const embeds = noise(tokens * folder.rowWidth);
  const cache = decoder.newCache();
  try {
    const prompt = await timed(() => model.prefill(cache, embeds, { signal, chunk: info.device.chunk ?? undefined }));
    const length = FRAMES * info.tokensPerFrame + WORDS;
    return {
      frames: FRAMES,
      firstWordMs: (FRAMES / (folder.format.together ?? 1)) * picture + (prompt * length) / tokens,
    };
  } finally {
    cache.dispose();
  }
}
