// SPDX-License-Identifier: Apache-2.0
import type { Item, Message, Placement } from '../../../contract';
import { conversationTurns, itemsOf, placeholderCount } from '../../../sequence';

export interface Placing {
  /** Number of pictures that the conversation already holds and keeps. */
  kept: number;
  /** New pictures in this question, in tray order. */
  fresh: Item[];
  /** The picture for each placeholder; null if there is none. */
  placed: (Item | null)[];
}

/** How the pictures in the tray are used in this question. */
export function placingOf(
  messages: readonly Message[],
  tray: readonly Item[],
  text: string,
  placement: Placement,
): Placing {
  const { parts } = conversationTurns(messages, tray, '', placement);
  const fresh = itemsOf(parts);
  return {
    fresh,
    kept: tray.length - fresh.length,
    placed: Array.from({ length: placeholderCount(text) }, (_, k) => fresh[k] ?? null),
  };
}

/** `text` with `what` inserted at the caret, and the new caret. Adds a space where words would touch. */
export function insertAt(text: string, start: number, end: number, what: string): { text: string; caret: number } {
  const before = text.slice(0, start);
  const after = text.slice(end);
  const lead = before === '' || /\s$/.test(before) ? '' : ' ';
  const tail = after === '' || /^[\s?.,!;:]/.test(after) ? '' : ' ';
  const put = lead + what + tail;
  return { text: before + put + after, caret: before.length + put.length };
}
