import { z } from 'zod';
import { ERROR_CODES } from './errors';

/** Schemas of what `errors.ts` and `progress.ts` describe, for crossing a process. */
export const ErrorInfo = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  advice: z.string(),
  detail: z.string().optional(),
});

export const ProgressInfo = z.object({
  step: z.enum(['index', 'sample', 'decode', 'render', 'load', 'compile', 'vision', 'prefill', 'decode-tokens', 'preview']),
  done: z.number(),
  total: z.number(),
});
