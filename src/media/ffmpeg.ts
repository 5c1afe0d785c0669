// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { cancelled, say, throwIfCancelled, ZoetropeError } from '../contract';
import { endsWithUs } from '../lifetime';
import { underCeiling, watchMemory } from './ceiling';
import { FFMPEG_ALLOCATION, ffmpegMemory, isLargePicture, VIDEO_PIXELS } from './limits';
import { findFfmpeg } from './locate';

/**
 * Demuxers a file may use. Those that open other files (concat, hls, dash, image2, sdp, lavfi) are left out on purpose.
 */
const FORMATS = [
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,m4v,h264,hevc,av1,obu,ivf,flv,live_flv,asf,ogg',
  'gif,apng,mjpeg,mxf,nut,rm,wtv,dv,yuv4mpegpipe,dirac,vc1,vc1test,vvc,roq,bink,smk,flic,nsv,gxf,dxa,swf',
  // Audio only: so that the error can say so.
  'mp3,wav,w64,aac,flac,aiff,ac3,eac3,dts,caf,amr,ape,tta,wv,au,voc',
].join(',');

/** How many ffmpeg processes may run at once, over all jobs: decoding is limited by cores and memory. */
const SLOTS = Math.max(3, Math.min(4, Math.ceil(availableParallelism() / 2)));
/** Decoding threads of each process, so that all slots together use each core about once. */
export const THREADS = Math.max(1, Math.min(8, Math.ceil(availableParallelism() / SLOTS)));
/** Decoding threads for a video of this size: each thread holds a picture of its own. */
export const threadsFor = (size: { width: number; height: number }): number => (isLargePicture(size) ? 1 : THREADS);

let running = 0;
const waiting: (() => void)[] = [];

/** For each running ffmpeg, the function that ends it. */
const live = new Set<() => void>();

/** Ends every ffmpeg process: they would outlive the process that started them. */
export function stopFfmpeg(): void {
  for (const stop of live) stop();
}

/** Whether a job may start a second process without taking the last slot (a paused job must never block itself). */
export const hasSpareSlot = (): boolean => running < SLOTS - 1 && waiting.length === 0;

async function acquireSlot(signal: AbortSignal | undefined): Promise<void> {
  throwIfCancelled(signal);
  if (running < SLOTS) {
    running++;
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const go = (): void => {
      signal?.removeEventListener('abort', leave);
      resolve();
    };
    const leave = (): void => {
      waiting.splice(waiting.indexOf(go), 1);
      reject(cancelled());
    };
    signal?.addEventListener('abort', leave, { once: true });
    waiting.push(go);
  });
}

/** Passes the slot to the next waiting job, or frees it. */
function releaseSlot(): void {
  const next = waiting.shift();
  if (next) next();
  else running--;
}

/**
 * `-i` for a user's file: local files only, no format that opens other files, no oversized picture, and no name read as
 * an option or a protocol.
 */
export function input(path: string, ...options: string[]): string[] {
  return [
    '-protocol_whitelist',
    'file,pipe',
    '-format_whitelist',
    FORMATS,
    '-max_pixels',
    String(VIDEO_PIXELS),
    ...options,
    '-i',
    `file:${path}`,
  ];
}

/**
 * Input options that seek to a time. Without `-noaccurate_seek`, files whose times do not start at zero return nothing.
 */
export const seekTo = (seconds: number | undefined): string[] =>
  seconds === undefined ? [] : ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', seconds.toFixed(7)];

/**
 * Whether this ffmpeg is older than `major.minor`. A build without a version number (a nightly build) counts as new.
 */
export function olderThan(wanted: readonly [major: number, minor: number], version = findFfmpeg().version): boolean {
  const [, major, minor] = /^n?(\d+)\.(\d+)/.exec(version)?.map(Number) ?? [];
  return major !== undefined && (major < wanted[0] || (major === wanted[0] && minor! < wanted[1]));
}

/** Options that output every frame unchanged: `-fps_mode passthrough`, which ffmpeg before 5.1 calls `-vsync`. */
export const everyFrame = (version?: string): string[] => [
  olderThan([5, 1], version) ? '-vsync' : '-fps_mode',
  'passthrough',
];

/**
 * A statically linked ffmpeg (such as ffmpeg-static's for Linux) loads the system's character converters, which belong
 * to another C library, and crashes at the first transport stream with a service name. It works without them if it
 * finds none.
 */
const NO_CONVERTERS = process.platform === 'linux' ? { GCONV_PATH: '/nonexistent' } : {};

export interface FfmpegOptions {
  signal?: AbortSignal | undefined;
  /** Longest total time, in seconds, that we wait for ffmpeg; time in which ffmpeg waits for us does not count. */
  limitSeconds: number;
  /** Most memory it may use, in bytes. Default: what small pictures need. */
  memory?: number | undefined;
  /** Most CPU time it may use, in seconds (not on Windows). */
  cpuSeconds?: number | undefined;
  /** Called with each line of stderr; returning true leaves the line out of `errors()`. */
  onLine?: (line: string) => boolean | void;
}

/** One running ffmpeg. Read its output to the end or call `stop`; both free its slot. */
export interface FfmpegRun {
  /** The next chunk of stdout, or null at its end. */
  read(): Promise<Buffer | null>;
  /** Waits for something that depends on ffmpeg, under the time limit. */
  wait<T>(what: Promise<T>): Promise<T>;
  /** Resolves at exit with the exit code (null when killed). */
  closed: Promise<number | null>;
  stop(): void;
  /** The last lines of stderr, at most 200. */
  errors(): string;
}

/**
 * Starts ffmpeg; nothing else in the app does. No stdin, bounded stderr, killed on `signal` and at its time limit, with
 * limited memory. The exit code is not judged here: ffmpeg may exit 0 with nothing read and 1 with everything read.
 * @throws ZoetropeError `ffmpeg-missing`, `cancelled`; from `read` and `wait`: `cancelled`, `ffmpeg-failed` (time),
 *   `file-too-large` (memory, where ffmpeg itself does not report the limit).
 */
export async function startFfmpeg(args: string[], options: FfmpegOptions): Promise<FfmpegRun> {
  const { signal, onLine } = options;
  const { path } = findFfmpeg();
  await acquireSlot(signal);
  const bytes = options.memory ?? ffmpegMemory();
  const all = [
    '-hide_banner',
    '-nostdin',
    '-nostats',
    '-max_alloc',
    String(FFMPEG_ALLOCATION),
    '-filter_threads',
    String(THREADS),
    ...args,
  ];
  const child = spawn(...underCeiling(path, all, { bytes, cpuSeconds: options.cpuSeconds }), {
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    env: { ...process.env, AV_LOG_FORCE_NOCOLOR: '1', FFREPORT: undefined, ...NO_CONVERTERS },
  });
  endsWithUs(child);
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    child.kill('SIGKILL');
    child.stdout.destroy(); // unread output would hold back `close`
  };
  live.add(stop);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();

  const tail: string[] = [];
  let partial = '';
  const line = (text: string): void => {
    if (text === '' || onLine?.(text)) return;
    tail.push(text.slice(0, 500));
    if (tail.length > 200) tail.shift();
  };
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    const lines = (partial + text).split(/[\r\n]+/);
    partial = (lines.pop() ?? '').slice(-4096);
    lines.forEach(line);
  });

  const tooLong = (): ZoetropeError =>
    new ZoetropeError(
      'ffmpeg-failed',
      say`Reading the video took far too long and was stopped.`,
      say`Convert it to MP4 (H.264), or copy it to a faster disk, then open it again.`,
      tail.join('\n'),
    );
  let failure: ZoetropeError | undefined;
  const unwatch = watchMemory(child.pid ?? 0, bytes, () => {
    failure ??= tooMuchMemory(tail.join('\n'));
    stop();
  });
  const closed = new Promise<number | null>((resolve) => {
    let over = false;
    const end = (code: number | null, killed: NodeJS.Signals | null): void => {
      if (over) return;
      over = true;
      unwatch();
      // The system ends it this way when its CPU time is used up; apart from that only `stop` does.
      if (killed === 'SIGXCPU' || (killed === 'SIGKILL' && !stopped)) failure ??= tooLong();
      if (code === NOT_RUN || code === NOT_FOUND) failure ??= missing(tail.join('\n'));
      live.delete(stop);
      line(partial);
      signal?.removeEventListener('abort', stop);
      releaseSlot();
      resolve(code);
    };
    child.on('error', (error) => {
      failure = missing(error.message);
      if (child.pid === undefined) end(null, null);
    });
    child.on('close', end);
  });

  let left = options.limitSeconds * 1000;
  const wait = async <T>(what: Promise<T>): Promise<T> => {
    const began = performance.now();
    const timer = setTimeout(stop, Math.min(Math.max(0, left), 2 ** 31 - 1)); // a longer one would fire at once
    const outcome = await what.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    clearTimeout(timer);
    left -= performance.now() - began;
    // Throw the cause first: a stopped process also breaks its pipe.
    throwIfCancelled(signal);
    if (left <= 0) {
      stop();
      throw tooLong();
    }
    if (failure) throw failure;
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  };
  // Listen from the start: when the process exits, Node discards output that nobody listens for.
  child.stdout.on('readable', () => {});
  const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  return {
    read: async () => {
      const next = await wait(chunks.next());
      if (next.done) await wait(closed); // only then is the reason of its end known
      return next.done ? null : next.value;
    },
    wait,
    closed,
    stop,
    errors: () => tail.join('\n'),
  };
}

/** Exit codes of a shell when its program cannot be run, or does not exist. */
const [NOT_RUN, NOT_FOUND] = [126, 127];

const missing = (detail: string): ZoetropeError =>
  new ZoetropeError('ffmpeg-missing', say`ffmpeg could not be started.`, say`Install it again, then retry.`, detail);

/** The error for a file that needs more memory than a file may use. */
export function tooMuchMemory(detail: string): ZoetropeError {
  return new ZoetropeError(
    'file-too-large',
    say`Reading this video would take more memory than a video may.`,
    say`Convert it to MP4 (H.264), then open that.`,
    detail,
  );
}

const namesKnown = new Map<string, Promise<Set<string>>>();

/**
 * The names of the filters, encoders or decoders of this ffmpeg; empty if it cannot list them. Asked once per process.
 */
export async function listNames(
  what: 'filters' | 'encoders' | 'decoders',
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const key = `${findFfmpeg().path} ${what}`;
  const known = namesKnown.get(key) ?? readNames(what);
  namesKnown.set(key, known);
  const names = await known.catch(() => {
    namesKnown.delete(key);
    return new Set<string>();
  });
  throwIfCancelled(signal);
  return names;
}

async function readNames(what: 'filters' | 'encoders' | 'decoders'): Promise<Set<string>> {
  const run = await startFfmpeg(['-loglevel', 'error', `-${what}`], { limitSeconds: 20 });
  let text = '';
  for (let chunk = await run.read(); chunk; chunk = await run.read()) text += chunk.toString('latin1');
  // Each line: capabilities as letters and dots, the name, a description.
  return new Set(Array.from(text.matchAll(/^\s*[A-Z.|]{2,6}\s+([\w-]+)\s/gm), (match) => match[1]!));
}
