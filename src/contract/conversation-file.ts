// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Message, Source } from './project';

/**
 * A conversation as it is exported to JSON: of every answer its receipt, which tells everything the model saw and how it
 * was asked. Pictures are named by the hash of their rgb24 pixels, sources by their names; there are no paths in it.
 */
export const ConversationFile = z.object({
  format: z.literal('zoetrope-conversation'),
  version: z.literal(1),
  /** Of the app that wrote it. */
  app: z.string(),
  exportedAt: z.iso.datetime(),
  project: z.string(),
  sources: z.array(Source.pick({ id: true, kind: true, name: true, bytes: true })),
  messages: z.array(Message),
});
export type ConversationFile = z.infer<typeof ConversationFile>;

export const ConversationFormat = z.enum(['markdown', 'json']);
export type ConversationFormat = z.infer<typeof ConversationFormat>;
