// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Sentence } from './wire';

/** Something that failed, and when, in milliseconds since 1970. */
export const Trouble = z.object({ at: z.number(), what: Sentence });
export type Trouble = z.infer<typeof Trouble>;

/** The contents of the dialog "What happened". */
export const Happened = z.object({
  /** Failures since the app was started, the oldest first. */
  troubles: z.array(Trouble),
  library: z.object({ ok: z.boolean(), what: Sentence }),
  /** Versions, and facts about the machine. */
  facts: z.array(
    z.object({
      name: z.enum(['zoetrope', 'electron', 'system', 'processor', 'memory', 'engine', 'model', 'error', 'processes']),
      value: z.string(),
    }),
  ),
  /** The last lines of the log. */
  log: z.array(z.string()),
});
export type Happened = z.infer<typeof Happened>;
