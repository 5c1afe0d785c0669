// SPDX-License-Identifier: Apache-2.0
import { formatBytes, say, ZoetropeError, type Budget, type Item } from '../contract';
import type { PictureWay } from './arrange';
import type { PromptSpan } from './prompt';

/** The functions of a tokenizer that a sequence needs. `encodeText` never returns a control token. */
export interface TokenSource {
  encodeText(text: string): number[];
  controlId(token: string): number;
}

/** What stands for a picture in the prompt: its features, and text around and between them. */
export type LayoutSpan = Exclude<PromptSpan, { type: 'image' }> | { type: 'rows'; count: number };

/** A picture in a sequence. Its tokens are `ids[at]` to `ids[at + length - 1]`. */
export interface SequencePicture<Plan> {
  at: number;
  length: number;
  item: Item;
  plan: Plan;
  /** Whether its last token is the vector that ends a video. */
  ended: boolean;
}

/** Token ids. Each row of a picture's features has the id `imageId`. */
export interface TokenSequence<Plan = unknown> {
  ids: Int32Array;
  images: SequencePicture<Plan>[];
}

/** Limit for the text of a prompt, in characters. No known model takes more, and tokenizing it would use gigabytes. */
const MOST_TEXT = 1_000_000;

/** How the pictures of a prompt become tokens. */
export interface PictureTokens<Plan> {
  /** The id that stands for a row of features. */
  imageId: number;
  planOf: (item: Item, way: PictureWay) => Plan;
  /** Whether one more row follows the last frame of a video. */
  endsVideo?: boolean;
}

/**
 * Tokenizes a prompt. The text between pictures and control tokens is tokenized span by span, as in the published code.
 * @throws prompt-too-long for more than a million characters.
 */
export function tokenizePrompt<Plan extends { layout: readonly LayoutSpan[] }>(
  spans: readonly PromptSpan[],
  tokens: TokenSource,
  { imageId, planOf, endsVideo = false }: PictureTokens<Plan>,
): TokenSequence<Plan> {
  const length = spans.reduce((sum, span) => sum + (span.type === 'text' ? span.text.length : 0), 0);
  if (length > MOST_TEXT) {
    throw new ZoetropeError(
      'prompt-too-long',
      say`The question has ${length} characters; up to ${MOST_TEXT} are read.`,
      say`Shorten the question, or start a new conversation.`,
    );
  }
  const ids: number[] = [];
  const images: SequencePicture<Plan>[] = [];
  const add = (span: LayoutSpan): void => {
    if (span.type === 'text') for (const id of tokens.encodeText(span.text)) ids.push(id);
    else if (span.type === 'control') ids.push(tokens.controlId(span.token));
    else for (let i = 0; i < span.count; i++) ids.push(imageId);
  };
  for (const span of spans) {
    if (span.type !== 'image') {
      add(span);
      continue;
    }
    const at = ids.length;
    const plan = planOf(span.item, span.way);
    plan.layout.forEach(add);
    const ended = endsVideo && span.last === true;
    if (ended) ids.push(imageId);
    images.push({ at, length: ids.length - at, item: span.item, plan, ended });
  }
  return { ids: Int32Array.from(ids), images };
}

/** @param next tokens that one more picture, or one more frame, would take. */
export function budgetOf(
  { ids, images }: TokenSequence,
  next: { picture: number; frame: number },
  contextLength: number,
): Budget {
  return {
    prompt: ids.length,
    image: images.reduce((sum, { length }) => sum + length, 0),
    limit: contextLength,
    perPicture: next.picture,
    perFrame: next.frame,
    pictures: images.map(({ item, length }) => ({ id: item.id, tokens: length })),
  };
}

/** How many of the pictures fit into a number of tokens, the first ones first; more than there are are of the next size. */
export function fittingPictures(
  { pictures, perPicture }: Pick<Budget, 'pictures' | 'perPicture'>,
  room: number,
): number {
  let left = room;
  let fit = 0;
  for (const { tokens } of pictures) {
    if (tokens > left) return fit;
    left -= tokens;
    fit++;
  }
  return fit + Math.max(0, Math.floor(left / perPicture));
}

/**
 * The largest number of pictures for which there is memory, and which leaves room in the context for the text and an
 * answer of `answerRoom` tokens.
 */
export function picturesThatFit(budget: Budget, answerRoom: number): number {
  const words = budget.prompt - budget.image;
  const room = (budget.limit ?? Infinity) - words - answerRoom;
  return Math.min(fittingPictures(budget, room), budget.memory?.pictures ?? Infinity);
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
  const pictures = budget.pictures.length;
  throw new ZoetropeError(
    'prompt-too-long',
    say`The question needs ${budget.prompt} tokens; this model can hold ${budget.limit}.`,
    pictures > fit && fit > 0
      ? say`Send at most ${fit} pictures instead of ${pictures}.`
      : say`Shorten the question, or start a new conversation.`,
  );
}

function checkMemory({ memory, pictures: { length: pictures } }: Budget): void {
  if (!memory || memory.needed <= memory.free) return;
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
