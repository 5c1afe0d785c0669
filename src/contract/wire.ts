import { z } from 'zod';
import { ERROR_CODES } from './errors';
import { PROGRESS_STEPS } from './progress';
import type { Sentence as SentenceShape, SentenceValue } from './sentence';

/** Schemas of what `sentence.ts`, `errors.ts` and `progress.ts` describe, for crossing a process. */
const Value: z.ZodType<SentenceValue> = z.lazy(() => z.union([z.string(), z.number(), Sentence, z.array(z.string())]));
export const Sentence: z.ZodType<SentenceShape> = z.object({ template: z.string(), values: z.array(Value) });

export const ErrorInfo = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  advice: z.string(),
  said: z.object({ message: Sentence, advice: Sentence }).optional(),
  detail: z.string().optional(),
});

export const ProgressInfo = z.object({
  step: z.enum(PROGRESS_STEPS),
  done: z.number(),
  total: z.number(),
});
