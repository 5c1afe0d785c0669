import type { Item, Message, Part, Placement, Turn } from '../contract';
import { composeParts, itemsOf } from './question';

/** What stands before a message; all of them, if it is not among them. */
export function messagesBefore(messages: readonly Message[], id: string | undefined): readonly Message[] {
  const at = messages.findIndex((message) => message.id === id);
  return at < 0 ? messages : messages.slice(0, at);
}

/**
 * The turns to ask, so that the model sees exactly the tray: a picture that was sent with an earlier question stays
 * there while it is in the tray and is left out once it is not; pictures that are new come with the new question.
 * A question that failed without an answer is left out, so that the turns alternate.
 * @returns also the new question's parts, and how many pictures the model sees before them.
 */
export function conversationTurns(
  history: readonly Message[],
  tray: readonly Item[],
  text: string,
  placement: Placement,
): { turns: Turn[]; parts: Part[]; before: number } {
  const inTray = new Set(tray.map((item) => item.id));
  const sent = new Set<string>();
  const turns: Turn[] = [];
  history.forEach((message, i) => {
    if (message.role === 'assistant') return;
    const answer = history[i + 1];
    if (answer?.role !== 'assistant' || answer.text === '') return;
    const parts = message.parts.filter((part) => part.type === 'text' || inTray.has(part.item.id));
    itemsOf(parts).forEach((item) => sent.add(item.id));
    turns.push({ role: 'user', parts }, { role: 'assistant', text: answer.text });
  });
  const fresh = tray.filter((item) => !sent.has(item.id));
  const parts = composeParts(text, fresh, placement, sent.size);
  turns.push({ role: 'user', parts });
  return { turns, parts, before: sent.size };
}
