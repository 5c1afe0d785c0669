// SPDX-License-Identifier: Apache-2.0
import type { Message } from '../../../contract';

export type Answer = Extract<Message, { role: 'assistant' }>;
/** What one model answered: the answer itself, or the one beside it. */
export type Answered = NonNullable<Answer['beside']>;
