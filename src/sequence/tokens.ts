// SPDX-License-Identifier: Apache-2.0
import { formatBytes, say, ZoetropeError, type Budget, type Item } from '../contract';
import type { PictureWay } from './arrange';
import type { PromptSpan } from './prompt';

/** The functions of a tokenizer that a sequence needs. `encodeText` never returns a control token. */
export interface TokenSource {
  encodeText(text: string): number[];
  controlId(token: string): number;
}

/**
 * What stands for a picture in the prompt: its features, and text around and between them. Rows with `columns` are a map, line
 * after line, for a model with positions on three axes.
 */
export type LayoutSpan = Exclude<PromptSpan, { type: 'image' }> | { type: 'rows'; count: number; columns?: number };

/** A picture in a sequence. Its tokens are `ids[at]` to `ids[at + length - 1]`. */
export interface SequencePicture<Plan> {
  at: number;
  length: number;
  item: Item;
  plan: Plan;
  /** Whether its last token is the vector that ends a video. */
  ended: boolean;
  /** The frames that share its tokens; each follows as a picture of its own, with none. */
  sharers?: readonly Item[];
  /** Whether its tokens are those of the picture before it. */
  shared?: boolean;
}

/** Token ids. Each row of a picture's features has the id `imageId`. */
export interface TokenSequence<Plan = unknown> {
  ids: Int32Array;
  images: SequencePicture<Plan>[];
  /**
   * For each token its position in time, height and width, [ids.length, 3], if a picture has rows with columns. Text goes on
   * after the largest position of the picture before it. Undefined: every token is one after the other.
   */
  positions?: Int32Array;
}

/** Limit for the text of a prompt, in characters. No known model takes more, and tokenizing it would use gigabytes. */
const MOST_TEXT = 1_000_000;

/** How the pictures of a prompt become tokens. */
export interface PictureTokens<Plan> {
  /** The id that stands for a row of features. */
  imageId: number;
  /** @param frames of the video that the picture is a part of; 1 for other pictures. */
  planOf: (item: Item, way: PictureWay, frames: number) => Plan;
  /** How many frames of a video share tokens, if nothing is written between them. Default: 1. */
  together?: number | undefined;
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
  { imageId, planOf, endsVideo = false, together = 1 }: PictureTokens<Plan>,
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
  const positions: number[] = [];
  let next = 0;
  let onAxes = false;
  const addId = (id: number): void => {
    ids.push(id);
    positions.push(next, next, next);
    next++;
  };
  const addMap = (count: number, columns: number): void => {
    for (let i = 0; i < count; i++) {
      ids.push(imageId);
      positions.push(next, next + Math.floor(i / columns), next + (i % columns));
    }
    next += Math.max(columns, count / columns);
    onAxes = true;
  };
  const add = (span: LayoutSpan): void => {
    if (span.type === 'text') for (const id of tokens.encodeText(span.text)) addId(id);
    else if (span.type === 'control') addId(tokens.controlId(span.token));
    else if (span.columns !== undefined) addMap(span.count, span.columns);
    else for (let i = 0; i < span.count; i++) addId(imageId);
  };
  let frames = 0; // of the video that is being added
  for (let k = 0; k < spans.length; k++) {
    const span = spans[k]!;
    if (span.type !== 'image') {
      add(span);
      continue;
    }
    if (span.way !== 'video') frames = 1;
    else if (frames === 0) frames = videoLength(spans, k);
    const sharers = sharersOf(spans, k, together);
    const last = sharers.at(-1) ?? span;
    const at = ids.length;
    const plan = planOf(span.item, span.way, frames);
    plan.layout.forEach(add);
    const ended = endsVideo && last.last === true;
    if (ended) addId(imageId);
    const items = sharers.map(({ item }) => item);
    images.push({
      at,
      length: ids.length - at,
      item: span.item,
      plan,
      ended,
      ...(items.length > 0 ? { sharers: items } : {}),
    });
    for (const item of items) images.push({ at: ids.length, length: 0, item, plan, ended: false, shared: true });
    k += sharers.length;
    if (span.way !== 'video' || last.last) frames = 0;
  }
  return { ids: Int32Array.from(ids), images, ...(onAxes ? { positions: Int32Array.from(positions) } : {}) };
}

type ImageSpan = Extract<PromptSpan, { type: 'image' }>;

/** The number of frames of the video that begins at a span. */
function videoLength(spans: readonly PromptSpan[], from: number): number {
  let frames = 0;
  for (const span of spans.slice(from)) {
    if (span.type !== 'image') continue;
    frames++;
    if (span.last) break;
  }
  return frames;
}

/** The frames that follow a frame at once, in the same video, up to `together` with it. */
function sharersOf(spans: readonly PromptSpan[], at: number, together: number): ImageSpan[] {
  const sharers: ImageSpan[] = [];
  let before = spans[at];
  while (sharers.length + 1 < together && before?.type === 'image' && before.way === 'video' && !before.last) {
    const span = spans[at + sharers.length + 1];
    if (span?.type !== 'image') break;
    sharers.push(span);
    before = span;
  }
  return sharers;
}

/** The tokens of each picture; frames that share tokens have an equal part each. */
export function tokensOfEach(images: readonly SequencePicture<unknown>[]): number[] {
  let part = 0;
  return images.map(({ length, sharers = [], shared }) => {
    if (shared) return part;
    part = Math.floor(length / (1 + sharers.length));
    return length - part * sharers.length;
  });
}

/** @param next tokens that one more picture, or one more frame, would take. */
export function budgetOf(
  { ids, images }: TokenSequence,
  next: { picture: number; frame: number },
  contextLength: number,
): Budget {
  const shares = tokensOfEach(images);
  return {
    prompt: ids.length,
    image: images.reduce((sum, { length }) => sum + length, 0),
    limit: contextLength,
    perPicture: next.picture,
    perFrame: next.frame,
    pictures: shares.map((tokens, k) => ({ id: images[k]!.item.id, tokens })),
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
