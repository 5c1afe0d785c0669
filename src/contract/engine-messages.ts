// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { ErrorInfo } from './wire';

/** Messages from main to the engine. */
export const EngineInbound = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: z.number().int(), name: z.string(), request: z.unknown() }),
  z.object({ type: z.literal('cancel'), id: z.number().int() }),
  /** Must be answered at once, so that a hung engine is detected. */
  z.object({ type: z.literal('ping') }),
]);
export type EngineInbound = z.infer<typeof EngineInbound>;

/** Messages from the engine to main. */
export type EngineOutbound =
  | { type: 'ready' }
  | { type: 'pong' }
  | { type: 'event'; id: number; event: unknown }
  | { type: 'done'; id: number; value: unknown }
  | { type: 'error'; id: number; error: z.infer<typeof ErrorInfo> };
