// SPDX-License-Identifier: Apache-2.0
import { formatBytes, say, ZoetropeError, type Budget, type Item } from '../contract';
import type { PromptSpan } from './prompt';

/** The functions of a tokenizer that a sequence needs. `encodeText` never returns a control token. */
export interface TokenSource {
  encodeText(text: string): number[];
  controlId(token: string): number;
}

/**
 * Token ids, with `imageId` repeated for each picture. `images[k].at` is the position where the k-th picture begins.
 */
export interface TokenSequence {
  ids: Int32Array;
  images: { at: number; item: Item }[];
}

/** Limit for the text of a prompt, in characters. No known model takes more, and tokenizing it would use gigabytes. */
const MOST_TEXT = 1_000_000;

/**
 * Tokenizes a prompt. The text between pictures and control tokens is tokenized span by span, as in the published code.
 * Each picture takes `tokensPerPicture` positions.
 * @throws prompt-too-long for more than a million characters.
 */
export function tokenizePrompt(
  spans: readonly PromptSpan[],
  tokens: TokenSource,
  imageId: number,
  tokensPerPicture: number,
): TokenSequence {
  const length = spans.reduce((sum, span) => sum + (span.type === 'text' ? span.text.length : 0), 0);
  if (length > MOST_TEXT) {
    throw new ZoetropeError(
      'prompt-too-long',
      say`The question has ${length} characters; up to ${MOST_TEXT} are read.`,
      say`Shorten the question, or start a new conversation.`,
    );
  }
  const ids: number[] = [];
  const images: TokenSequence['images'] = [];
  for (const span of spans) {
    if (span.type === 'text') for (const id of tokens.encodeText(span.text)) ids.push(id);
    else if (span.type === 'control') ids.push(tokens.controlId(span.token));
    else {
      images.push({ at: ids.length, item: span.item });
      for (let i = 0; i < tokensPerPicture; i++) ids.push(imageId);
    }
  }
  return { ids: Int32Array.from(ids), images };
}

export function budgetOf(sequence: TokenSequence, tokensPerPicture: number, contextLength: number): Budget {
  return {
    prompt: sequence.ids.length,
    image: sequence.images.length * tokensPerPicture,
    limit: contextLength,
    perPicture: tokensPerPicture,
  };
}

/**
 * The largest number of pictures for which there is memory, and which leaves room in the context for the text and an
 * answer of `answerRoom` tokens.
 */
export function picturesThatFit(budget: Budget, answerRoom: number): number {
  const words = budget.prompt - budget.image;
  const room = (budget.limit ?? Infinity) - words - answerRoom;
  const inContext = Math.max(0, Math.floor(room / budget.perPicture));
  return Math.min(inContext, budget.memory?.pictures ?? Infinity);
}

/** Smallest room for an answer, in tokens. A prompt that leaves less is refused before anything runs. */
export const LEAST_ANSWER_ROOM = 16;

/**
 * Checks that a sequence fits. Input that is too long is never silently truncated.
 * @param anyway accept also what needs more memory than is free.
 * @throws prompt-too-long or wont-fit, with the number of pictures that would fit.
 */
export function checkBudget(budget: Budget, anyway = false): void {
  if (budget.limit === null || budget.prompt + LEAST_ANSWER_ROOM <= budget.limit) {
    if (!anyway) checkMemory(budget);
    return;
  }
  const fit = picturesThatFit(budget, LEAST_ANSWER_ROOM);
  const pictures = budget.image / budget.perPicture;
  throw new ZoetropeError(
    'prompt-too-long',
    say`The question needs ${budget.prompt} tokens; this model can hold ${budget.limit}.`,
    pictures > fit && fit > 0
      ? say`Send at most ${fit} pictures instead of ${pictures}.`
      : say`Shorten the question, or start a new conversation.`,
  );
}

function checkMemory({ image, perPicture, memory }: Budget): void {
  if (!memory || memory.needed <= memory.free) return;
  const pictures = image / perPicture;
  const fewer = memory.pictures > 0 && memory.pictures < pictures;
  throw new ZoetropeError(
    'wont-fit',
    say`The question needs about ${formatBytes(memory.needed)} of memory, and ${formatBytes(memory.free)} is free.`,
    fewer
      ? say`Send at most ${memory.pictures} pictures instead of ${pictures}, or close other programs. If you ask anyway, the whole computer may become slow, or the answer may fail; none of your data would be lost.`
      : say`Close other programs. If you ask anyway, the whole computer may become slow, or the answer may fail; none of your data would be lost.`,
    JSON.stringify(memory),
  );
}
