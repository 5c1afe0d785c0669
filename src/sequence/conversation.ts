// SPDX-License-Identifier: Apache-2.0
import type { Item, Message, Part, Placement, Turn } from '../contract';
import { composeParts, itemsOf } from './question';

/** What stands before a message; all of them, if it is not among them. */
export function messagesBefore(messages: readonly Message[], id: string | undefined): readonly Message[] {
  const at = messages.findIndex((message) => message.id === id);
  return at < 0 ? messages : messages.slice(0, at);
}

/** The questions that were answered, with their answers; one that failed without an answer is left out, so that turns alternate. */
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
 * The turns to ask, so that the model sees exactly the tray: a picture that was sent with an earlier question stays
 * there while it is in the tray and is left out once it is not; pictures that are new come with the new question.
 * @returns also the new question's parts, and how many pictures the model sees before them.
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

/** The same after these messages. */
export const conversationTurns = (
  history: readonly Message[],
  ...question: [tray: readonly Item[], text: string, placement: Placement]
): ReturnType<typeof composeTurns> => composeTurns(answeredTurns(history), ...question);
