// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

const bytes = z.number().int().positive().nullable().default(null);

/** What the user lets the engine take, in bytes; null leaves it to what the machine has. */
export const MemoryLimits = z.object({
  /** Model, conversations and all, of the engine's process. */
  all: bytes,
  /** Conversations kept for the next question. */
  caches: bytes,
});
export type MemoryLimits = z.infer<typeof MemoryLimits>;

/** What a model will take, before it is loaded, in bytes. */
export const ModelNeeds = z.object({
  model: z.number(),
  /** A conversation that fills its context, beside the model. */
  context: z.number(),
  free: z.number(),
});
export type ModelNeeds = z.infer<typeof ModelNeeds>;

/** What is in use now, in bytes. */
export const MemoryUse = z.object({
  /** The engine's process, the rest included. */
  engine: z.number(),
  /** The loaded model, estimated. */
  model: z.number(),
  /** Conversations kept for the next question. */
  caches: z.number(),
  /** What the model made of pictures, in memory and on disk. */
  features: z.number(),
  disk: z.number(),
  /** Of the machine. */
  free: z.number(),
  total: z.number(),
});
export type MemoryUse = z.infer<typeof MemoryUse>;

/** In which weight format to run a model; `auto` is the fastest for which there is memory. */
export const PrecisionChoice = z.enum(['auto', 'fp32', 'w8a8', 'w8w4', 'w4']);
export type PrecisionChoice = z.infer<typeof PrecisionChoice>;

/** Why a model runs in its format. `fits`: a faster one takes more memory than is free. `missing`: what was asked for is not there and cannot be made. */
export const WeightChoice = z.object({
  asked: PrecisionChoice,
  reason: z.enum(['fastest', 'fits', 'asked', 'missing']),
});
export type WeightChoice = z.infer<typeof WeightChoice>;
