// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

const bytes = z.number().int().positive().nullable().default(null);

/** The memory that the user allows the engine, in bytes. Null: decided by the memory of the machine. */
export const MemoryLimits = z.object({
  /** Limit for the whole engine process, including the model and conversations. */
  all: bytes,
  /** Limit for conversations kept for the next question. */
  caches: bytes,
});
export type MemoryLimits = z.infer<typeof MemoryLimits>;

/** The memory that a model will need, estimated before it is loaded, in bytes. */
export const ModelNeeds = z.object({
  model: z.number(),
  /** A conversation that fills the context, besides the model. */
  context: z.number(),
  free: z.number(),
});
export type ModelNeeds = z.infer<typeof ModelNeeds>;

/** The memory in use now, in bytes. */
export const MemoryUse = z.object({
  /** The whole engine process, including all entries below except `free`. */
  engine: z.number(),
  /** The loaded model, estimated. */
  model: z.number(),
  /** Conversations kept for the next question. */
  caches: z.number(),
  /** Vision features of pictures, in memory and on disk. */
  features: z.number(),
  disk: z.number(),
  /** Free memory of the machine. */
  free: z.number(),
  total: z.number(),
});
export type MemoryUse = z.infer<typeof MemoryUse>;

/** The weight format in which to run a model. `auto` is the fastest format for which there is memory. */
export const PrecisionChoice = z.enum(['auto', 'fp32', 'w8a8', 'w8w4', 'w4']);
export type PrecisionChoice = z.infer<typeof PrecisionChoice>;

/**
 * Why a model runs in its format. `fits`: a faster format needs more memory than is free. `missing`: the format that
 * was asked for does not exist in the folder and cannot be made.
 */
export const WeightChoice = z.object({
  asked: PrecisionChoice,
  reason: z.enum(['fastest', 'fits', 'asked', 'missing']),
});
export type WeightChoice = z.infer<typeof WeightChoice>;
