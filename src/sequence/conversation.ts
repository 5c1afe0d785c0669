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
  const inTray = new Set(tray.map((item) => item.id));
  const earlier = history.map((turn): Turn =>
    turn.role === 'assistant'
      ? turn
      : { ...turn, parts: turn.parts.filter((part) => part.type === 'text' || inTray.has(part.item.id)) },
  );
  const sent = new Set(
    earlier.flatMap((turn) => (turn.role === 'user' ? itemsOf(turn.parts) : [])).map(({ id }) => id),
  );
  const fresh = tray.filter((item) => !sent.has(item.id));
  const parts = composeParts(text, fresh, placement, sent.size);
  return { turns: [...earlier, { role: 'user', parts }], parts, before: sent.size };
}

/** The same, with the messages of a conversation as history. */
export const conversationTurns = (
  history: readonly Message[],
  ...question: [tray: readonly Item[], text: string, placement: Placement]
): ReturnType<typeof composeTurns> => composeTurns(answeredTurns(history), ...question);
