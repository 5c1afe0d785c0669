// SPDX-License-Identifier: Apache-2.0
import type { Item, Message, Part, Placement, Turn } from '../contract';
import { composeParts, itemsOf } from './question';

/** The messages before the one with this id; all messages if there is none. */
export function messagesBefore(messages: readonly Message[], id: string | undefined): readonly Message[] {
  const at = messages.findIndex((message) => message.id === id);
  return at < 0 ? messages : messages.slice(0, at);
}

/** The answered questions with their answers. A question without an answer is left out, so that turns alternate. */
export function answeredTurns(messages: readonly Message[]): Turn[] {
  return messages.flatMap((message, i): Turn[] => {
    const answer = messages[i + 1];
    if (message.role === 'assistant' || answer?.role !== 'assistant' || answer.text === '') return [];
    return [
      { role: 'user', parts: message.parts },
      { role: 'assistant', text: answer.text },
    ];
  });
}

/**
 * Composes turns so that the model sees exactly the pictures in the tray. A picture that was sent with an earlier
 * question stays there while it is in the tray, and is left out otherwise. New pictures come with the new question.
 * @returns the turns, the content parts of the new question, and how many pictures the model sees before them.
 */
export function composeTurns(
  history: readonly Turn[],
  tray: readonly Item[],
  text: string,
  placement: Placement,
): { turns: Turn[]; parts: Part[]; before: number } {
  const earlier = withPicturesOf(history, tray);
  const sent = new Set(
    earlier.flatMap((turn) => (turn.role === 'user' ? itemsOf(turn.parts) : [])).map(({ id }) => id),
  );
  const fresh = tray.filter((item) => !sent.has(item.id));
  const parts = composeParts(text, fresh, placement, sent.size);
  return { turns: [...earlier, { role: 'user', parts }], parts, before: sent.size };
}

/** Turns with a question as it was asked before, in place of a new one. */
export const repeatedTurns = (
  history: readonly Turn[],
  seen: readonly Item[],
  parts: Part[],
): { turns: Turn[]; parts: Part[] } => ({ turns: [...withPicturesOf(history, seen), { role: 'user', parts }], parts });

/** Turns without the pictures that are not in the list. */
function withPicturesOf(history: readonly Turn[], items: readonly Item[]): Turn[] {
  const kept = new Set(items.map((item) => item.id));
  return history.map((turn) =>
    turn.role === 'assistant'
      ? turn
      : { ...turn, parts: turn.parts.filter((part) => part.type === 'text' || kept.has(part.item.id)) },
  );
}

/** The same as `composeTurns`, with the messages of a conversation as history. */
export const conversationTurns = (
  history: readonly Message[],
  ...question: [tray: readonly Item[], text: string, placement: Placement]
): ReturnType<typeof composeTurns> => composeTurns(answeredTurns(history), ...question);
