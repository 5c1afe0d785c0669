// SPDX-License-Identifier: Apache-2.0
import { clipboard } from 'electron';
import { say, ZoetropeError, type MainHandlers, type Project } from '../../contract';
import type { Library } from '../../library';
import { answerIn } from '../answer-messages';
import type { Conversation } from '../conversation';
import type { CurrentProject, Reversal } from '../current-project';

/** Calls about questions and answers of the open project. */
export const conversationCalls = (library: Library, project: CurrentProject, conversation: Conversation) => {
  const { conversations } = library;
  const remove =
    (id: string): Reversal =>
    () => {
      if (id === conversations.current(project.id)) conversation.drop();
      const putBack = conversations.remove(project.id, id);
      return () => {
        putBack();
        conversations.show(project.id, id);
        return remove(id);
      };
    };
  /** Shows what the job chooses. Any answer in progress is stopped first; its text is kept. */
  const show = (job: () => void): Project => {
    conversation.stop();
    job();
    return project.read();
  };
  return {
    'conversation.measure': (question) => conversation.measure(question),
    'conversation.ask': (question, emit, signal) => conversation.ask(question, emit, signal),
    'conversation.regenerate': (asked, emit, signal) => conversation.regenerate(asked, emit, signal),
    'conversation.compare': (asked, emit, signal) => conversation.compare(asked, emit, signal),
    'conversation.prefer': ({ message }) => conversation.prefer(message),
    'conversation.dropBeside': ({ message, edit }) => {
      project.rememberEdit(edit, conversation.dropBeside(message));
      return project.read();
    },
    'conversation.create': () => show(() => conversations.show(project.id, conversations.create(project.id))),
    'conversation.open': ({ conversation: id }) => show(() => conversations.show(project.id, id)),
    'conversation.rename': ({ conversation: id, name }) => {
      conversations.rename(id, name.trim());
      return project.read();
    },
    'conversation.delete': ({ conversation: id, edit }) => {
      project.rememberEdit(edit, remove(id)());
      return project.read();
    },
    'conversation.version': ({ message, step }) =>
      show(() => {
        const version = conversations.versionBeside(message, step);
        if (version !== undefined) conversations.showMessage(project.id, version);
      }),
    'receipt.replay': (asked, emit, signal) => conversation.replay(asked, emit, signal),
    'receipt.copy': ({ message: id, beside }) => {
      const message = library.messages(project.id).find((candidate) => candidate.id === id);
      const answer = message?.role === 'assistant' ? answerIn(message, beside) : undefined;
      if (!answer?.receipt) {
        throw new ZoetropeError('bad-request', say`This answer has no receipt.`, say`Ask again to get one.`);
      }
      void clipboard.writeText(JSON.stringify({ answer: answer.text, ...answer.receipt }, null, 2));
    },
  } satisfies Partial<MainHandlers>;
};
