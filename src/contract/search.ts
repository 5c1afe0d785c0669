// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Id } from './items';

/** A piece of a found text. `match`: it is one of the words looked for. */
export const TextRun = z.object({ text: z.string(), match: z.boolean() });
export type TextRun = z.infer<typeof TextRun>;

/** Something that a search found, and where. */
export const SearchHit = z.object({
  /** `view`: a saved view of a scene. */
  kind: z.enum(['question', 'answer', 'project', 'conversation', 'file', 'range', 'view']),
  project: Id,
  projectName: z.string(),
  conversation: Id.optional(),
  message: Id.optional(),
  source: Id.optional(),
  /** The beginning of a range, in seconds. */
  time: z.number().optional(),
  /** When it was said, or when its project was last changed: milliseconds since 1970. */
  at: z.number(),
  /** The text around the first match. */
  text: z.array(TextRun),
});
export type SearchHit = z.infer<typeof SearchHit>;
