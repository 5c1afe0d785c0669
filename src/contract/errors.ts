// SPDX-License-Identifier: Apache-2.0
import { inEnglish, say, sentenceIn, type Language, type Sentence } from './sentence';

/**
 * The one error class of Zoetrope. Every room throws `ZoetropeError`. The window and the command line show only
 * `message` and `advice`, so both must be plain sentences without technical detail such as paths.
 */

export const ERROR_CODES = [
  'cancelled', // the user stopped it; never shown as a failure
  'bad-request', // a message or argument outside its schema
  'file-missing',
  'file-empty',
  'file-unreadable',
  'file-too-large', // more memory or time than one file may take
  'file-changed', // replaced on disk since it was opened
  'not-a-video',
  'no-frames', // audio only, cover art only
  'video-damaged',
  'subtitles-unreadable', // pictures of words, or no words at all
  'not-a-picture',
  'not-a-scene',
  'scene-incomplete', // files the scene refers to are missing
  'scene-too-large',
  'poses-unreadable', // a file of camera poses
  'capture-failed',
  'ffmpeg-missing',
  'ffmpeg-failed',
  'model-missing', // no folder, or no config
  'model-incomplete', // a file of the folder is missing
  'model-unsupported', // another architecture
  'model-broken',
  'download-broken', // not the bytes that the hub describes, or another program is at them
  'prompt-too-long', // over the model's context
  'prompt-mismatch', // placeholders and pictures differ in number
  'out-of-memory',
  'wont-fit', // needs more memory than is free; nothing has been started, and the user may ask for it anyway
  'server-not-allowed', // questions may not leave this machine for it
  'server-unreachable', // nothing answers at the address, or it stopped answering
  'not-a-server', // the program that answers is not a model server
  'server-denied', // the key is missing, wrong, or not permitted to do this
  'server-busy', // the server asks to come back later
  'server-failed', // an error of the server itself (5xx)
  'server-refused', // the server refused the question for a reason without a code of its own
  'server-broken', // the reply is not a valid answer
  'server-cut-off', // the connection ended before the answer was complete
  'server-model-unknown',
  'server-takes-no-pictures',
  'server-too-many-pictures',
  'device-failed', // a graphics card or its driver failed; the processor can do the same work
  'engine-crashed',
  'library-broken',
  'library-busy', // another program has it
  'library-read-only',
  'disk-full',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** An error as it is sent between processes: what happened, what to do, and (for logs only) the detail. */
export interface ErrorInfo {
  code: ErrorCode;
  /** One plain sentence in English: what happened, including names of the user's files. */
  message: string;
  /** One plain sentence in English: what to do now. */
  advice: string;
  /** `message` and `advice` for every language. Absent in failed answers saved by earlier versions. */
  said?: { message: Sentence; advice: Sentence } | undefined;
  /** How many pictures would be accepted, so that sending fewer can be offered. */
  pictures?: number | undefined;
  /** For the log: stderr, a stack, a value. Never shown by default. */
  detail?: string | undefined;
}

export class ZoetropeError extends Error {
  override readonly name = 'ZoetropeError';
  /** What to do now, in English, as `message` is. */
  readonly advice: string;
  readonly said: { readonly message: Sentence; readonly advice: Sentence };
  /** How many pictures would be accepted, so that sending fewer can be offered. */
  pictures: number | undefined;
  /** @param message what happened. @param advice what to do now. @param detail for the log only. */
  constructor(
    readonly code: ErrorCode,
    message: Sentence,
    advice: Sentence,
    readonly detail?: string,
    options?: ErrorOptions,
  ) {
    super(inEnglish(message), options);
    this.advice = inEnglish(advice);
    this.said = { message, advice };
  }

  toInfo(): ErrorInfo {
    const { code, message, advice, said, pictures, detail } = this;
    return { code, message, advice, said, ...(pictures !== undefined && { pictures }), detail };
  }

  static from(info: ErrorInfo): ZoetropeError {
    const { message, advice } = saidOf(info);
    const error = new ZoetropeError(info.code, message, advice, info.detail);
    error.pictures = info.pictures;
    return error;
  }
}

const saidOf = ({ said, message, advice }: ErrorInfo): { message: Sentence; advice: Sentence } =>
  said ?? { message: { template: message, values: [] }, advice: { template: advice, values: [] } };

/** What happened and what to do, in the given language. */
export function errorIn(info: ErrorInfo, language: Language): { message: string; advice: string } {
  const { message, advice } = saidOf(info);
  return { message: sentenceIn(message, language), advice: sentenceIn(advice, language) };
}

/**
 * The error for a path where nothing is found. A path that holds U+FFFD came from bytes that are not valid text, and
 * nothing can be opened by it.
 * @param otherwise the error for a path without U+FFFD.
 */
export function notFound(path: string, otherwise: ZoetropeError): ZoetropeError {
  const part = path.split(/[\\/]/).find((name) => name.includes('\ufffd'));
  if (part === undefined) return otherwise;
  return new ZoetropeError(
    'file-unreadable',
    say`The name "${part}" is not valid text.`,
    say`Rename it, then open it again.`,
    path,
  );
}

export const cancelled = (): ZoetropeError =>
  new ZoetropeError('cancelled', say`Stopped.`, say`Start again whenever you like.`);

/** Throws the `cancelled` error if the signal has fired. Every long job checks its signal with this. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled();
}

/** Error codes of the file system for a full disk, or a full quota of the user. */
const FULL: readonly unknown[] = ['ENOSPC', 'EDQUOT'];

/** Any thrown value as `ErrorInfo`. An unknown error becomes `internal`, with its stack as detail. */
export function toErrorInfo(thrown: unknown): ErrorInfo {
  if (thrown instanceof ZoetropeError) return thrown.toInfo();
  if (thrown instanceof Error && thrown.name === 'AbortError') return cancelled().toInfo();
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  if (thrown instanceof Error && 'code' in thrown && FULL.includes(thrown.code)) {
    return new ZoetropeError(
      'disk-full',
      say`There is no room left on the disk.`,
      say`Free some space and try again.`,
      detail,
    ).toInfo();
  }
  return new ZoetropeError(
    'internal',
    say`Something went wrong inside Zoetrope.`,
    say`None of your data was lost. Try again; if it happens again, the log has the details.`,
    detail,
  ).toInfo();
}
