// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Message, Source } from './project';

/**
 * A conversation exported as JSON. Each answer has its receipt, which records everything the model saw and the settings
 * it was asked with. Pictures are named by the hash of their rgb24 pixels, sources by their names. The file contains no
 * paths.
 */
export const ConversationFile = z.object({
  format: z.literal('zoetrope-conversation'),
  version: z.literal(1),
  /** Version of the app that wrote the file. */
  app: z.string(),
  exportedAt: z.iso.datetime(),
  project: z.string(),
  sources: z.array(Source.pick({ id: true, kind: true, name: true, bytes: true })),
  messages: z.array(Message),
});
export type ConversationFile = z.infer<typeof ConversationFile>;

export const ConversationFormat = z.enum(['markdown', 'html', 'json']);
export type ConversationFormat = z.infer<typeof ConversationFormat>;
