// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import type { ShownError } from '../wire';
import type { Notice, NoticeName } from './notices';
import type { AnswerOf, CallsFrom, EventOf, Request, StreamName } from './table';

/** An answer as it is sent over IPC. Errors are values, because an exception over IPC would lose its type. */
export type Reply<T> = { ok: true; value: T } | { ok: false; error: z.infer<typeof ShownError> };

/** A message on the port of a stream. */
export type StreamMessage =
  | { type: 'event'; event: unknown }
  | { type: 'done'; value: unknown }
  | { type: 'error'; error: z.infer<typeof ShownError> };

/** A running stream, as seen by the window. */
export interface StreamHandle<T> {
  result: Promise<Reply<T>>;
  cancel(): void;
}

/** The kinds of pages that may make calls. The main process answers each kind only the calls meant for it. */
export const PAGES = ['window', 'start', 'scene', 'capture'] as const;

/** `window.zoetrope`: the only access of a page to the machine, with one named function per call. */
export type ZoetropeBridge = {
  readonly [N in CallsFrom<(typeof PAGES)[number]>]: N extends StreamName
    ? (request: Request<N>, onEvent: (event: EventOf<N>) => void) => StreamHandle<AnswerOf<N>>
    : (request: Request<N>) => Promise<Reply<AnswerOf<N>>>;
} & {
  on<N extends NoticeName>(name: N, listener: (notice: Notice<N>) => void): () => void;
  /** Adds dropped files. The preload script reads their paths; the page never sees them. */
  addFiles(files: File[]): Promise<Reply<AnswerOf<'source.add'>>>;
};

export const streamChannel = (name: StreamName): string => `stream:${name}`;
export const noticeChannel = (name: NoticeName): string => `notice:${name}`;
