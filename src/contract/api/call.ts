// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Id } from '../items';

/**
 * Who makes a call. `window`: the app's page. `start`: the same page, before anything is opened. `scene`: each page that
 * shows a scene. `capture`: the hidden page that renders for the command line. `preload`: the bridge itself, for what a
 * page must not say. `main`: the main process, of the engine.
 */
export type Caller = 'window' | 'start' | 'scene' | 'capture' | 'preload' | 'main';

/**
 * One call between processes. With `event` it is a stream: it may send events before its answer, and can be cancelled
 * (`z.never()`: it can only be cancelled). Without, it answers once.
 */
export interface Call {
  /** Which process answers. A page's call that the engine owns is passed on by the main process. */
  readonly owner: 'main' | 'engine';
  /** Default: the window. */
  readonly from?: Caller;
  readonly request: z.ZodType;
  readonly answer: z.ZodType;
  readonly event?: z.ZodType;
}
export type Calls = Readonly<Record<string, Call>>;

/**
 * A source, in a request. A page names it by its id; where the engine owns the call, the main process puts a `SourceFile`
 * in its place (src/main/router.ts). It is a schema of its own, because that is how the field is found.
 */
export const SourceId = Id.clone().brand<'source'>();

export const none = z.undefined();
export const nothing = z.void();

/** More than any model reads: only a page that went wrong sends as many. */
export const MOST = 20_000;
