// SPDX-License-Identifier: Apache-2.0
import type { Item, Message, Placement } from '../contract';
import { conversationTurns } from './conversation';
import { composeParts, itemsOf, placeholderCount, PLACEHOLDER } from './question';

/**
 * The number of each picture in the tray, by the item's id: its position among all pictures that the model sees with
 * the next question, from 1. Pictures of earlier questions come first. Then come new pictures without a placeholder in
 * `text`, then those with one.
 */
export function pictureNumbers(
  history: readonly Message[],
  tray: readonly Item[],
  text: string,
  placement: Placement,
): Map<string, number> {
  const { turns, parts } = conversationTurns(history, tray, '', placement);
  const sent = turns.slice(0, -1).flatMap((turn) => (turn.role === 'user' ? itemsOf(turn.parts) : []));
  const fresh = itemsOf(parts);
  const placed = Math.min(placeholderCount(text), fresh.length);
  const asked = itemsOf(composeParts(PLACEHOLDER.repeat(placed), fresh, placement));
  return new Map([...sent, ...asked].map(({ id }, k) => [id, k + 1]));
}

/** The number of each question's first picture, by the message's id, as counted when the question was answered. */
export function firstNumbers(messages: readonly Message[], tray: readonly Item[]): Map<string, number> {
  const numbers = new Map<string, number>();
  messages.forEach((message, i) => {
    if (message.role !== 'user') return;
    const answer = messages[i + 1];
    const seen = answer?.role === 'assistant' ? answer.receipt?.pictures.length : undefined;
    const own = itemsOf(message.parts).length;
    const before = seen === undefined ? conversationTurns(messages.slice(0, i), tray, '', 'front').before : seen - own;
    numbers.set(message.id, before + 1);
  });
  return numbers;
}
