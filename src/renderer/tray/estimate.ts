import type { Budget, Message, Receipt } from '../../contract';

/**
 * Milliseconds until an answer like the last ones would be whole, from what this machine did before: null until it
 * has answered once. Prefill is scaled by tokens, seeing by pictures; the answer is taken to be as long as last time.
 */
export function estimateMs(messages: readonly Message[], budget: Budget): number | null {
  const receipts = messages.flatMap((m) => (m.role === 'assistant' && m.receipt ? [m.receipt] : []));
  const last = receipts.at(-1);
  if (!last || last.tokens.prompt === 0) return null;
  const seen = receipts.find((r) => r.timings.visionMs > 0 && r.pictures.length > 0);
  const perPicture = seen ? seen.timings.visionMs / seen.pictures.length : 0;
  return perPicture * (budget.image / budget.perPicture) + perToken(last) * budget.prompt + last.timings.decodeMs;
}

const perToken = (receipt: Receipt): number => receipt.timings.prefillMs / receipt.tokens.prompt;
