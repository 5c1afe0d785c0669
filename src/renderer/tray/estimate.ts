// SPDX-License-Identifier: Apache-2.0
import type { Budget, Message, Receipt } from '../../contract';

/**
 * Milliseconds until an answer like the last one would be whole, by what this model took here before: null until it has
 * answered once, and while it answers. What is known is neither looked at nor read again; the answer is taken to be as
 * long as last time.
 */
export function estimateMs(messages: readonly Message[], { prompt, image, perPicture, known }: Budget): number | null {
  const all = messages.flatMap((m) => (m.role === 'assistant' && m.receipt ? [m.receipt] : []));
  const last = all.at(-1);
  if (!last || !known) return null;
  const receipts = all.filter(({ model }) => model.fingerprint === last.model.fingerprint);
  // Where some of its pictures were known, a receipt says too little.
  const look = Math.max(
    0,
    ...receipts.map(({ timings, pictures }) => (pictures.length > 0 ? timings.visionMs / pictures.length : 0)),
  );
  const longest = receipts.reduce((a, b) => (freshTokens(b) > freshTokens(a) ? b : a));
  const read = longest.timings.prefillMs / Math.max(1, freshTokens(longest));
  return look * (image / perPicture - known.pictures) + read * (prompt - known.tokens) + last.timings.decodeMs;
}

/** What was really read for an answer; beside a long prompt, what is done once a prompt hardly counts. */
const freshTokens = ({ tokens }: Receipt): number => tokens.prompt - tokens.reused;
