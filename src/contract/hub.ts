// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/** Models of a hub, such as huggingface.co. */

/** The name of a repository, `organisation/name`. Checked again where it is used. */
export const RepoName = z
  .string()
  .max(200)
  .regex(/^[\w.-]+\/[\w.-]+$/);

/** A downloaded model. */
export const HubModel = z.object({ repo: RepoName, bytes: z.number() });
export type HubModel = z.infer<typeof HubModel>;

/** What the hub says of a model before its weights are downloaded. */
export const HubFacts = z.object({
  license: z.string().nullable(),
  /** Bytes that are still to be downloaded. */
  missing: z.number(),
});
export type HubFacts = z.infer<typeof HubFacts>;

/** Whether there is a token for the hub. It never holds the token. */
export const HubToken = z.object({
  /** `session`: the token is kept until Zoetrope ends, because this system has no safe place for it. */
  state: z.enum(['none', 'kept', 'session']),
  /** Whether HF_TOKEN is set, which is used instead. */
  fromEnvironment: z.boolean(),
});
export type HubToken = z.infer<typeof HubToken>;
