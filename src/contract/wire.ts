// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { ERROR_CODES } from './errors';
import { PROGRESS_STEPS } from './progress';
import type { Sentence as SentenceShape, SentenceValue } from './sentence';

/** Schemas of the types in `sentence.ts`, `errors.ts` and `progress.ts`, for sending them between processes. */
const Value: z.ZodType<SentenceValue> = z.lazy(() => z.union([z.string(), z.number(), Sentence, z.array(z.string())]));
export const Sentence: z.ZodType<SentenceShape> = z.object({ template: z.string(), values: z.array(Value) });

export const ErrorInfo = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  advice: z.string(),
  said: z.object({ message: Sentence, advice: Sentence }).optional(),
  pictures: z.number().int().nonnegative().optional(),
  detail: z.string().optional(),
});

/** An error as it is sent to the window, without the detail: paths and stacks stay in the log. */
export const ShownError = ErrorInfo.omit({ detail: true });

export const ProgressInfo = z.object({
  step: z.enum(PROGRESS_STEPS),
  done: z.number(),
  total: z.number(),
});
