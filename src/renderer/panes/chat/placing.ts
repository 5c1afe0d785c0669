// SPDX-License-Identifier: Apache-2.0
import type { Item, Message, Placement } from '../../../contract';
import { conversationTurns, itemsOf, placeholderCount } from '../../../sequence';

export interface Placing {
  /** Pictures that the conversation already holds and that stay in it. */
  kept: number;
  /** Pictures that come with this question, in tray order. */
  fresh: Item[];
  /** The picture each placeholder stands for; null where there is none. */
  placed: (Item | null)[];
}

/** What the pictures of the tray would do in this question. */
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

/** `text` with a placeholder put in at the caret, with a space around it where words would touch. */
export function insertAt(text: string, start: number, end: number, what: string): { text: string; caret: number } {
  const before = text.slice(0, start);
  const after = text.slice(end);
  const lead = before === '' || /\s$/.test(before) ? '' : ' ';
  const tail = after === '' || /^[\s?.,!;:]/.test(after) ? '' : ' ';
  const put = lead + what + tail;
  return { text: before + put + after, caret: before.length + put.length };
}
