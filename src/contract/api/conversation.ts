// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Answer, Budget, Composition, ModelInfo, Part, Placement, Sampling } from '../ask';
import { Id } from '../items';
import { Message, Project } from '../project';
import { ProgressInfo } from '../wire';
import { nothing, type Calls } from './call';

/** What one step of answering tells the window. */
export const AnswerEvent = z.discriminatedUnion('type', [
  /** The question was saved; the answer will grow in `answer`. */
  z.object({ type: z.literal('started'), question: Message, answer: Message }),
  z.object({ type: z.literal('progress'), progress: ProgressInfo }),
  z.object({ type: z.literal('text'), delta: z.string() }),
]);
export type AnswerEvent = z.infer<typeof AnswerEvent>;

const AskEvent = z.discriminatedUnion('type', [
  /** It is composed and fits: from here on it is an answer that fails, not a question. `parts` are the question's own. */
  z.object({ type: z.literal('accepted'), parts: z.array(Part) }),
  z.object({ type: z.literal('progress'), progress: ProgressInfo }),
  z.object({ type: z.literal('text'), delta: z.string() }),
  /** The device failed: the same model goes on with the same question on the processor. */
  z.object({ type: z.literal('device'), model: ModelInfo }),
]);

/** Also where more memory is needed than is free. */
const anyway = z.boolean().default(false);

const question = z.object({
  text: z.string().max(100_000),
  placement: Placement,
  /** The question that this one is asked in place of, with all that came after it. */
  instead: Id.optional(),
});

export const conversation = {
  /** Token use of the tray with this question, by the model's own tokenizer. Null while no model is loaded. */
  'conversation.measure': { owner: 'main', request: question, answer: Budget.nullable() },
  'conversation.ask': {
    owner: 'main',
    request: question.extend({ anyway }),
    event: AnswerEvent,
    /** The finished answer, as saved. A stopped answer is an answer too. */
    answer: Message,
  },
  /** Asks the last question again. Its answer is kept until the new one is there. */
  'conversation.regenerate': {
    owner: 'main',
    request: z.object({ anyway }),
    event: AnswerEvent,
    answer: Message,
  },
  /** @param edit names it for `project.reverse`. */
  'conversation.clear': { owner: 'main', request: z.object({ edit: Id }), answer: Project },
  'receipt.copy': { owner: 'main', request: z.object({ message: Id }), answer: nothing },

  measure: { owner: 'engine', from: 'main', request: Composition, answer: Budget.nullable() },
  /** @throws what composing throws, prompt-too-long and wont-fit before `accepted`; then what the model throws. */
  ask: {
    owner: 'engine',
    from: 'main',
    request: z.object({ composition: Composition, sampling: Sampling, anyway: z.boolean() }),
    event: AskEvent,
    answer: Answer,
  },
} as const satisfies Calls;
