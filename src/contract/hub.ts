// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { PrecisionChoice } from './memory';

/** Models of a hub, such as huggingface.co. */

/** The name of a repository, `organisation/name`. Checked again where it is used. */
export const RepoName = z
  .string()
  .max(200)
  .regex(/^[\w.-]+\/[\w.-]+$/);

/** A model of which something is on this machine. */
export const HubModel = z.object({
  repo: RepoName,
  /** The version that is used, by its commit. Null: none is there as a whole. */
  commit: z.string().nullable(),
  /** On the disk. */
  bytes: z.number(),
  /** A download that has not ended, of the model or of a newer version of it; in bytes. */
  begun: z.object({ done: z.number(), total: z.number() }).nullable(),
});
export type HubModel = z.infer<typeof HubModel>;

/** Where models are kept. Sizes in bytes. */
export const ModelsPlace = z.object({
  folder: z.string(),
  /** Whether it is the cache that other programs use too. */
  isShared: z.boolean(),
  /** False while its drive is not plugged in. */
  isThere: z.boolean(),
  /** Of all models in it, also those that do not run here. */
  bytes: z.number(),
  /** On its disk. */
  free: z.number(),
  /** Of the models in the shared cache that run here: what would move out of it, too. */
  shared: z.number(),
});
export type ModelsPlace = z.infer<typeof ModelsPlace>;

/** A model that Zoetrope suggests. Sizes in bytes, computed from its published config.json. */
export const CatalogModel = z.object({
  repo: RepoName,
  title: z.string(),
  family: z.string(),
  license: z.string(),
  /** What the licence allows: anything, research only, or what it says itself. */
  use: z.enum(['any', 'research', 'own']),
  good: z.object({ en: z.string(), zh: z.string() }),
  parameters: z.number(),
  download: z.number(),
  /** The download, and what it is prepared to. */
  disk: z.number(),
  /** With a question of sixteen frames, by format. */
  memory: z.partialRecord(PrecisionChoice, z.number()),
  /** The format that a processor runs, if there is memory for it. */
  usual: PrecisionChoice,
  /** Whether it fits into the memory of this machine. */
  fits: z.enum(['well', 'tight', 'no']),
  recommended: z.boolean(),
});
export type CatalogModel = z.infer<typeof CatalogModel>;

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
