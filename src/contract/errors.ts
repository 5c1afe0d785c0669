/**
 * The one error family of the house. Every room throws `ZoetropeError`; the window and the command line
 * show `message` and `advice` and nothing else, so both must be plain sentences without file-system noise.
 */

export const ERROR_CODES = [
  'cancelled', // the user stopped it; never shown as a failure
  'bad-request', // a message or argument outside its schema
  'file-missing',
  'file-empty',
  'file-unreadable',
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
  'prompt-too-long', // over the model's context
  'prompt-mismatch', // placeholders and pictures differ in number
  'out-of-memory',
  'wont-fit', // more than the memory that is free: nothing was begun; the user may want it all the same
  'device-failed', // a graphics card or its driver; the processor can do the same
  'engine-crashed',
  'library-broken',
  'disk-full',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** An error as it crosses a process: what happened, what to do, and (for logs only) the detail. */
export interface ErrorInfo {
  code: ErrorCode;
  /** One plain sentence: what happened, with names of the user's things in it. */
  message: string;
  /** One plain sentence: what to do now. */
  advice: string;
  /** For the log: stderr, a stack, a value. Never shown by default. */
  detail?: string | undefined;
}

export class ZoetropeError extends Error {
  override readonly name = 'ZoetropeError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly advice: string,
    readonly detail?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  toInfo(): ErrorInfo {
    return { code: this.code, message: this.message, advice: this.advice, detail: this.detail };
  }

  static from(info: ErrorInfo): ZoetropeError {
    return new ZoetropeError(info.code, info.message, info.advice, info.detail);
  }
}

export const cancelled = (): ZoetropeError =>
  new ZoetropeError('cancelled', 'Stopped.', 'Start again whenever you like.');

/** Throws the house's `cancelled` error if the signal has fired: the one way every long job checks. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled();
}

/** Any thrown value as `ErrorInfo`; what we did not foresee becomes `internal` with its stack as detail. */
export function toErrorInfo(thrown: unknown): ErrorInfo {
  if (thrown instanceof ZoetropeError) return thrown.toInfo();
  if (thrown instanceof Error && thrown.name === 'AbortError') return cancelled().toInfo();
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return {
    code: 'internal',
    message: 'Something went wrong inside Zoetrope.',
    advice: 'Nothing of yours was lost. Try again; if it happens again, the log has the details.',
    detail,
  };
}
