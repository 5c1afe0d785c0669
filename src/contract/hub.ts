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
