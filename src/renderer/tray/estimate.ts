// SPDX-License-Identifier: Apache-2.0
import type { Budget, LocalReceipt, Message } from '../../contract';

/**
 * Estimated milliseconds of the whole answer, from the times of earlier answers of this model. Null before its first
 * answer and while one is being written. Cached pictures and tokens are not encoded or prefilled again; the answer is
 * assumed to be as long as the last one.
 */
export function estimateMs(messages: readonly Message[], { prompt, pictures, known }: Budget): number | null {
  const all = messages.flatMap((m): LocalReceipt[] =>
    m.role === 'assistant' && m.receipt && !('server' in m.receipt) ? [m.receipt] : [],
  );
  const last = all.at(-1);
  if (!last || !known) return null;
  const receipts = all.filter(({ model }) => model.fingerprint === last.model.fingerprint);
  // The maximum, because a receipt with cached pictures shows too little time.
  const look = Math.max(
    0,
    ...receipts.map(({ timings, pictures }) => (pictures.length > 0 ? timings.visionMs / pictures.length : 0)),
  );
  const longest = receipts.reduce((a, b) => (freshTokens(b) > freshTokens(a) ? b : a));
  const read = longest.timings.prefillMs / Math.max(1, freshTokens(longest));
  return look * (pictures.length - known.pictures) + read * (prompt - known.tokens) + last.timings.decodeMs;
}

/**
 * The prompt tokens that were really prefilled. The longest such prompt is used, for which fixed costs matter least.
 */
const freshTokens = ({ tokens }: LocalReceipt): number => tokens.prompt - tokens.reused;
