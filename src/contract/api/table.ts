// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import { app } from './app';
import type { SourceFile } from '../items';
import type { Call, Caller, SourceId } from './call';
import { capture } from './capture';
import { conversation } from './conversation';
import { exporting } from './export';
import { library } from './library';
import { model } from './model';
import { hub } from './hub';
import { servers } from './servers';
import { serving } from './serving';
import { sources } from './sources';
import { video } from './video';

/**
 * Every call between processes, listed once. The types of the bridge, the router, the engine's supervisor and the
 * handlers of both processes are derived from this table. A call without a handler, or a handler without a call, does
 * not compile.
 */
export const api = {
  ...app,
  ...library,
  ...sources,
  ...video,
  ...conversation,
  ...exporting,
  ...model,
  ...hub,
  ...servers,
  ...serving,
  ...capture,
};

type Api = typeof api;
export type CallName = keyof Api;

/** The names of the calls that these callers make. */
export type CallsFrom<C extends Caller> = {
  [N in CallName]: (Api[N] extends { from: infer F } ? F : 'window') extends C ? N : never;
}[CallName];
/** The names of the calls that the main process answers itself. */
export type MainCall = { [N in CallName]: Api[N]['owner'] extends 'main' ? N : never }[CallName];
export type EngineCall = Exclude<CallName, MainCall>;
/** The names of the calls that can be cancelled. */
export type StreamName = { [N in CallName]: Api[N] extends { event: z.ZodType } ? N : never }[CallName];

/** A request: `Request` before its schema has parsed it, `Received` after. */
export type Request<N extends CallName> = z.input<Api[N]['request']>;
export type Received<N extends CallName> = z.output<Api[N]['request']>;
/** A request as the engine receives it, with source files in place of source ids. */
export type EngineRequest<N extends EngineCall> = WithFiles<Received<N>>;
export type AnswerOf<N extends CallName> = z.output<Api[N]['answer']>;
export type EventOf<N extends CallName> = Api[N] extends { event: infer E extends z.ZodType } ? z.output<E> : never;

type WithFiles<R> = R extends object
  ? { [K in keyof R]: R[K] extends z.output<typeof SourceId> ? SourceFile : R[K] }
  : R;

/** The function that answers a call in the process that owns it. */
type Handler<R, N extends CallName> = (
  request: R,
  emit: (event: EventOf<N>) => void,
  signal: AbortSignal,
) => AnswerOf<N> | Promise<AnswerOf<N>>;
export type MainHandlers = { [N in MainCall]: Handler<Received<N>, N> };
export type EngineHandlers = { [N in EngineCall]: Handler<EngineRequest<N>, N> };

/** The entry of a call whose name is known only at run time. */
export const callOf = (name: CallName): Call => api[name];

/** The names of the calls that these callers make. */
export const namesFrom = <C extends Caller>(...callers: C[]): CallsFrom<C>[] =>
  (Object.keys(api) as CallName[]).filter((name): name is CallsFrom<C> =>
    callers.some((caller) => caller === (callOf(name).from ?? 'window')),
  );
