// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError, type Message } from '../contract';

/** Questions and answers as messages of a conversation. */

export type Question = Extract<Message, { role: 'user' }>;
export type Answer = Extract<Message, { role: 'assistant' }>;
/** What one model answered. */
export type Answered = NonNullable<Answer['beside']>;

/** An answer that nothing is written of yet. */
export const emptyAnswer = (): Answered => ({
  createdAt: Date.now(),
  text: '',
  status: 'streaming',
  error: null,
  receipt: null,
});

/** The answer itself, or the one beside it. */
export const answerIn = (message: Answer | undefined, beside = false): Answered | undefined =>
  beside ? message?.beside : message;

/** The message with that answer changed. */
export const withChange = (message: Answer, beside: boolean | undefined, change: Partial<Answered>): Answer =>
  beside && message.beside ? { ...message, beside: { ...message.beside, ...change } } : { ...message, ...change };

/** The message with its two answers exchanged. @throws bad-request if there is only one. */
export function exchanged(message: Answer): Answer {
  const { beside, createdAt, text, status, error, receipt } = message;
  if (!beside) throw noSuchAnswer(message.id);
  return { ...message, ...beside, beside: { createdAt, text, status, error, receipt } };
}

/** An answer with its question and the messages before them. @throws bad-request if there is no such answer. */
export function answeredIn(
  messages: readonly Message[],
  id: string,
): { question: Question; answer: Answer; history: readonly Message[] } {
  const at = messages.findIndex((message) => message.id === id);
  const [question, answer] = [messages[at - 1], messages[at]];
  if (question?.role !== 'user' || answer?.role !== 'assistant') throw noSuchAnswer(id);
  return { question, answer, history: messages.slice(0, at - 1) };
}

const noSuchAnswer = (id: string): ZoetropeError =>
  new ZoetropeError('bad-request', say`This answer is no longer there.`, say`Ask the question again.`, id);
