import { z } from 'zod';
import { ERROR_CODES } from './errors';
import { PROGRESS_STEPS } from './progress';

/** Schemas of what `errors.ts` and `progress.ts` describe, for crossing a process. */
export const ErrorInfo = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  advice: z.string(),
  detail: z.string().optional(),
});

export const ProgressInfo = z.object({
  step: z.enum(PROGRESS_STEPS),
  done: z.number(),
  total: z.number(),
});
