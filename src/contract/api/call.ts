// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Id } from '../items';

/**
 * Who makes a call. `window`: the app's page. `start`: the same page, before anything is opened. `scene`: every page
 * that shows a scene. `capture`: the hidden page that renders for the command line. `preload`: the bridge itself, for
 * requests that a page must not make. `main`: the main process, to the engine.
 */
export type Caller = 'window' | 'start' | 'scene' | 'capture' | 'preload' | 'main';

/**
 * One call between processes. With `event` it is a stream: it may send events before its answer and can be cancelled
 * (`z.never()`: it sends no events and can only be cancelled). Without `event` it answers once.
 */
export interface Call {
  /** The process that answers. The main process passes on a page's call that the engine owns. */
  readonly owner: 'main' | 'engine';
  /** Default: `window`. */
  readonly from?: Caller;
  readonly request: z.ZodType;
  readonly answer: z.ZodType;
  readonly event?: z.ZodType;
}
export type Calls = Readonly<Record<string, Call>>;

/**
 * A source, in a request. A page names a source by its id. If the engine owns the call, the main process replaces the
 * id with a `SourceFile` (src/main/router.ts). This is a separate schema so that the router can recognize such fields.
 */
export const SourceId = Id.clone().brand<'source'>();

export const none = z.undefined();
export const nothing = z.void();

/** Maximum number of entries in a list. No model can take so many; only a faulty page would send more. */
export const MOST = 20_000;
