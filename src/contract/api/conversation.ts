// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Answer, Budget, Composition, ModelInfo, OtherSettings, Part, Placement, Replayed, Sampling } from '../ask';
import { Id } from '../items';
import { ConversationSummary, Message, Project, Versions } from '../project';
import { ServerModelRef } from '../servers';
import { ProgressInfo } from '../wire';
import { nothing, type Calls } from './call';

/** An event sent to the window while a question is answered. */
export const AnswerEvent = z.discriminatedUnion('type', [
  /** The question was saved. The text of the answer will be added to `answer`. */
  z.object({
    type: z.literal('started'),
    question: Message,
    answer: Message,
    versions: z.record(Id, Versions),
    conversations: z.array(ConversationSummary),
  }),
  z.object({ type: z.literal('progress'), progress: ProgressInfo }),
  z.object({ type: z.literal('text'), delta: z.string() }),
  /** What the model thinks before it answers. */
  z.object({ type: z.literal('reasoning'), delta: z.string() }),
]);
export type AnswerEvent = z.infer<typeof AnswerEvent>;

const AskEvent = z.discriminatedUnion('type', [
  /**
   * The question is composed and fits. From here on a failure is saved as a failed answer. `parts` are the content
   * parts of this question only.
   */
  z.object({ type: z.literal('accepted'), parts: z.array(Part) }),
  z.object({ type: z.literal('progress'), progress: ProgressInfo }),
  z.object({ type: z.literal('text'), delta: z.string() }),
  /** The device failed. The same model continues with the same question on the processor. */
  z.object({ type: z.literal('device'), model: ModelInfo }),
]);

/** Ask even if more memory is needed than is free. */
const anyway = z.boolean().default(false);

const question = z.object({
  text: z.string().max(100_000),
  placement: Placement,
  /** The question that this one is a new version of. */
  instead: Id.optional(),
});

export const conversation = {
  /**
   * Tokens needed by the tray and this question, counted with the model's own tokenizer. Null while no model is loaded.
   */
  'conversation.measure': { owner: 'main', request: question, answer: Budget.nullable() },
  'conversation.ask': {
    owner: 'main',
    request: question.extend({ anyway }),
    event: AnswerEvent,
    /** The finished answer, as saved. A stopped answer counts as finished. */
    answer: Message,
  },
  /** Asks the question of an answer again, of the last one if none is given. The new answer is a version of it. */
  'conversation.regenerate': {
    owner: 'main',
    request: z.object({ answer: Id.optional(), anyway }),
    event: AnswerEvent,
    answer: Message,
  },
  /**
   * Asks the question of an answer again, of another model or with other settings, with the same pictures. Its answer
   * is saved as `beside`. `model` null: the local model.
   */
  'conversation.compare': {
    owner: 'main',
    request: z.object({ message: Id, model: ServerModelRef.nullable(), settings: OtherSettings.optional(), anyway }),
    event: AnswerEvent,
    answer: Message,
  },
  /** Exchanges an answer and the one beside it, so that the conversation goes on with the other. */
  'conversation.prefer': { owner: 'main', request: z.object({ message: Id }), answer: Message },
  /** Removes the answer beside an answer. @param edit names this edit for `project.reverse`. */
  'conversation.dropBeside': { owner: 'main', request: z.object({ message: Id, edit: Id }), answer: Project },
  /** Begins a conversation in the project and shows it. */
  'conversation.create': { owner: 'main', request: nothing, answer: Project },
  /** Shows another conversation of the project. */
  'conversation.open': { owner: 'main', request: z.object({ conversation: Id }), answer: Project },
  /** @param name empty: it is called by its first question. */
  'conversation.rename': {
    owner: 'main',
    request: z.object({ conversation: Id, name: z.string().max(200) }),
    answer: Project,
  },
  /** @param edit names this edit for `project.reverse`. */
  'conversation.delete': { owner: 'main', request: z.object({ conversation: Id, edit: Id }), answer: Project },
  /** Shows the next version of a message, or the previous one for -1, with what was said after it. */
  'conversation.version': {
    owner: 'main',
    request: z.object({ message: Id, step: z.union([z.literal(1), z.literal(-1)]) }),
    answer: Project,
  },
  /**
   * Asks the question of a local model's answer again, exactly as its receipt says, and compares the answers. Nothing
   * is saved. @throws bad-request if there is no such answer; errors of asking.
   */
  'receipt.replay': {
    owner: 'main',
    request: z.object({ message: Id, beside: z.boolean().default(false) }),
    event: ProgressInfo,
    answer: Replayed,
  },
  /** @param beside the receipt of the answer beside it. */
  'receipt.copy': {
    owner: 'main',
    request: z.object({ message: Id, beside: z.boolean().default(false) }),
    answer: nothing,
  },

  measure: { owner: 'engine', from: 'main', request: Composition, answer: Budget.nullable() },
  /** @throws before `accepted`: errors of composing, prompt-too-long, wont-fit; after it: errors of the model. */
  ask: {
    owner: 'engine',
    from: 'main',
    request: z.object({ composition: Composition, sampling: Sampling, anyway: z.boolean() }),
    event: AskEvent,
    answer: Answer,
  },
} as const satisfies Calls;
