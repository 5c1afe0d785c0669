// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import type { ShownError } from '../wire';
import type { Notice, NoticeName } from './notices';
import type { AnswerOf, CallsFrom, EventOf, Request, StreamName } from './table';

/** An answer on the wire. Errors are values: an exception over IPC would lose its type. */
export type Reply<T> = { ok: true; value: T } | { ok: false; error: z.infer<typeof ShownError> };

/** What travels on a stream's port. */
export type StreamMessage =
  | { type: 'event'; event: unknown }
  | { type: 'done'; value: unknown }
  | { type: 'error'; error: z.infer<typeof ShownError> };

/** A stream under way, as the window holds it. */
export interface StreamHandle<T> {
  result: Promise<Reply<T>>;
  cancel(): void;
}

/** Whose calls a page may make; the main process answers each page only its own. */
export const PAGES = ['window', 'start', 'scene', 'capture'] as const;

/** `window.zoetrope`: the only door from a page to the machine, one named function a call. */
export type ZoetropeBridge = {
  readonly [N in CallsFrom<(typeof PAGES)[number]>]: N extends StreamName
    ? (request: Request<N>, onEvent: (event: EventOf<N>) => void) => StreamHandle<AnswerOf<N>>
    : (request: Request<N>) => Promise<Reply<AnswerOf<N>>>;
} & {
  on<N extends NoticeName>(name: N, listener: (notice: Notice<N>) => void): () => void;
  /** Adds dropped files; their paths are read in the preload and never reach the page. */
  addFiles(files: File[]): Promise<Reply<AnswerOf<'source.add'>>>;
};

export const streamChannel = (name: StreamName): string => `stream:${name}`;
export const noticeChannel = (name: NoticeName): string => `notice:${name}`;
