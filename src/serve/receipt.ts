// SPDX-License-Identifier: Apache-2.0
import { tokensPerSecond, type Item, type LocalReceipt } from '../contract';

/** Where a picture came from and what it is, in one flat object. Files are named without their folders. */
export const pictureFacts = (
  { origin: { source, ...origin }, picture }: Pick<Item, 'origin' | 'picture'>,
  k: number,
) => ({
  number: k + 1,
  source: source.name,
  ...origin,
  ...picture,
});

/** The receipt of an answer as clients get it: each picture with its time or pose, its size and its hash. */
export const receiptFacts = ({ pictures, subtitles, ...receipt }: LocalReceipt, notes: readonly string[]) => ({
  finish: receipt.finish,
  pictures: pictures.map(({ origin, picture, ...sent }, k) => ({ ...pictureFacts({ origin, picture }, k), ...sent })),
  notes,
  prompt: receipt.prompt,
  tokens: receipt.tokens,
  timings: { ...receipt.timings, tokensPerSecond: tokensPerSecond(receipt) },
  peakBytes: receipt.peakBytes,
  model: receipt.model,
  sampling: receipt.sampling,
  ...(subtitles && { subtitles: subtitles.map(({ source, ...read }) => ({ source: source.name, ...read })) }),
});
export type ReceiptFacts = ReturnType<typeof receiptFacts>;
