// SPDX-License-Identifier: Apache-2.0
import { clipboard } from 'electron';
import { say, ZoetropeError, type MainHandlers } from '../../contract';
import type { Library } from '../../library';
import { answerIn } from '../answer-messages';
import type { Conversation } from '../conversation';
import type { CurrentProject, Reversal } from '../current-project';

/** Calls about questions and answers of the open project. */
export const conversationCalls = (library: Library, project: CurrentProject, conversation: Conversation) => {
  const clear: Reversal = () => {
    conversation.drop();
    const putBack = library.clearMessages(project.id);
    return () => {
      putBack();
      return clear;
    };
  };
  return {
    'conversation.measure': (question) => conversation.measure(question),
    'conversation.ask': (question, emit, signal) => conversation.ask(question, emit, signal),
    'conversation.regenerate': ({ anyway }, emit, signal) => conversation.regenerate(anyway, emit, signal),
    'conversation.compare': (asked, emit, signal) => conversation.compare(asked, emit, signal),
    'conversation.prefer': ({ message }) => conversation.prefer(message),
    'conversation.dropBeside': ({ message, edit }) => {
      project.rememberEdit(edit, conversation.dropBeside(message));
      return project.read();
    },
    'conversation.clear': ({ edit }) => {
      project.rememberEdit(edit, clear());
      return project.read();
    },
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
