// SPDX-License-Identifier: Apache-2.0
import { formatBytes, say, ZoetropeError, type Budget, type Item } from '../contract';
import type { PromptSpan } from './prompt';

/** What the sequence needs to know of a tokenizer. `encodeText` never yields a control token. */
export interface TokenSource {
  encodeText(text: string): number[];
  controlId(token: string): number;
}

/** Token ids with one run of `imageId` per picture; `images[k].at` is where the k-th run begins. */
export interface TokenSequence {
  ids: Int32Array;
  images: { at: number; item: Item }[];
}

/** Characters of a prompt that are made into tokens: more fit no model that is known, and take memory by the gigabyte. */
const MOST_TEXT = 1_000_000;

/**
 * Token ids of a prompt. Text is tokenised chunk by chunk between pictures and control tokens, as the published
 * code splits it, and each picture takes `tokensPerPicture` positions.
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

/** How many pictures at most there is memory for, and would leave room for the words and an answer of `answerRoom` tokens. */
export function picturesThatFit(budget: Budget, answerRoom: number): number {
  const words = budget.prompt - budget.image;
  const inContext = Math.max(0, Math.floor((budget.limit - words - answerRoom) / budget.perPicture));
  return Math.min(inContext, budget.memory?.pictures ?? Infinity);
}

/** The least room for an answer: a prompt that leaves less is refused before anything runs. */
export const LEAST_ANSWER_ROOM = 16;

/**
 * Over-long input is never silently cut.
 * @param anyway takes also what needs more memory than is free.
 * @throws prompt-too-long or wont-fit, naming how many pictures would fit.
 */
export function checkBudget(budget: Budget, anyway = false): void {
  if (budget.prompt + LEAST_ANSWER_ROOM <= budget.limit) {
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
