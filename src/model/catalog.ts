// SPDX-License-Identifier: Apache-2.0
/**
 * The models that Zoetrope suggests (resources/catalog.json), with the part of their published config.json that decides
 * their size. What is said of memory and disk is computed from it, by the compiler.
 */

import { z } from 'zod';
import catalog from '../../resources/catalog.json';

const Entry = z.object({
  repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  title: z.string(),
  /** As the hub names it. */
  license: z.string(),
  /** What the licence allows: anything, research only, or what it says itself. */
  use: z.enum(['any', 'research', 'own']),
  /** Type of the published weights. */
  weights: z.enum(['F32', 'F16', 'BF16']),
  /** Cores of a processor with which the wait is bearable. */
  minimumCores: z.number().int().positive(),
  /** What it is good at. */
  good: z.object({ en: z.string(), zh: z.string() }),
  config: z.looseObject({ model_type: z.string() }),
});
export type CatalogEntry = z.infer<typeof Entry>;

/** The models in order of preference. */
export const CATALOG: readonly CatalogEntry[] = z.object({ models: z.array(Entry) }).parse(catalog).models;
