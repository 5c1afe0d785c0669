// SPDX-License-Identifier: Apache-2.0
import type { RgbImage } from '../contract';
import { everyFrame, input, olderThan, seekTo, startFfmpeg, threadsFor } from './ffmpeg';
import { decodingSeconds, ffmpegMemory, patience } from './limits';
import { complaints } from './complaint';
import type { FrameTable } from './packets';

/**
 * A line of ffmpeg's `showinfo` filter: one frame that passed through it. `pts` is NaN if the frame has none. From
 * ffmpeg 7 on such a line may follow an unfinished line of another thread, without the name of the filter.
 */
export interface ShownFrame {
  n: number;
  pts: number;
  width: number;
  height: number;
  key: boolean;
  /** For an interlaced picture the field that is first in time, or its only field; `P` for a progressive one. */
  field: string;
  /** How the frame is coded: `I`, `P`, `B`; some codecs have others. */
  type: string;
}

export function parseShown(line: string): ShownFrame | undefined {
  if (NO_FILTER.test(line)) return undefined;
  const match =
    /n:\s*(\d+)\s+pts:\s*(-?\d+|NOPTS)\s+pts_time:.*\bfmt:.*\bs:(\d+)x(\d+)(?: i:(\w) iskey:(\d) type:(\S))?/.exec(
      line,
    );
  if (!match) return undefined;
  const [, n, pts, width, height, field = 'P', key, type = ''] = match;
  return {
    n: Number(n),
    pts: Number(pts),
    width: Number(width),
    height: Number(height),
    key: key === '1',
    field,
    type,
  };
}

/** Lines that quote a file's name or metadata, which may contain anything. */
const NO_FILTER = /^(?: {4}|Input #|Output #)/;

export const isShowinfo = (line: string): boolean => line.startsWith('[Parsed_showinfo');

/**
 * Options that keep each picture's own size if the size changes midway: by default ffmpeg scales all to the size of the
 * first. (Since 4.4.)
 */
export const ownSizes = (version?: string): string[] => (olderThan([4, 4], version) ? [] : ['-noautoscale']);

/** Which field of a picture comes first, where each field is coded as a picture of half the height. */
export type Fields = 'top' | 'bottom';

/**
 * Filters that convert times to the time base of the frame table, whatever this ffmpeg's filters use, and weave fields
 * into frames.
 */
export function onClock([num, den]: readonly [number, number], fields: Fields | undefined): string[] {
  if (!fields) return [`settb=${num}/${den}`];
  // `weave` doubles the length of a tick and uses the time of the second field, so that field is given the time of the
  // first.
  return [`settb=${num}/${2 * den}`, "setpts='if(mod(N\\,2)\\,PREV_INPTS\\,PTS)'", `weave=first_field=${fields}`];
}

/**
 * A filter that scales pictures to `height` and limits the width to 16 times the height: a single row of pixels would
 * otherwise become enormous.
 */
export const scaleTo = (height: number): string =>
  `scale='max(2,2*round(min(iw*${height}/ih,${16 * height})/2))':${height}`;

/** Most frames requested from one process: keeps the command line under Windows' 32,767 characters. */
export const MAX_WANTED = 256;

export interface DecodeRequest {
  path: string;
  /** The frames wanted, ascending: by presentation time in ticks, or by ordinal of the decoded stream. */
  by: FrameTable['by'];
  wanted: readonly number[];
  timeBase: readonly [number, number];
  fields?: Fields | undefined;
  /** Where to begin, in seconds on the file's own clock; undefined is the start of the file. */
  seek?: number | undefined;
  /** Filters that change the picture (tone mapping, a smaller size), before conversion to rgb24. */
  rendering?: string | undefined;
  /** The decoder to use in place of ffmpeg's own choice. */
  decoder?: string | undefined;
  /** Decode keyframes only. */
  keyOnly?: boolean;
  /** Size of the video's pictures in pixels; the memory and time limits depend on it. */
  size: { width: number; height: number };
  /** How many frames ffmpeg decodes at most. */
  frames: number;
  signal?: AbortSignal | undefined;
}

export interface Picture {
  /** The entry of `wanted` that this picture is. */
  key: number;
  image: RgbImage;
  /** Whether ffmpeg had reported damage before this picture came, perhaps in a picture that this one references. */
  doubtful: boolean;
}

/**
 * Decodes the wanted frames and yields them in order, one in memory at a time. Each picture is identified by the time
 * in the `showinfo` line that ffmpeg logs for it, so a missing frame cannot shift the others; only files without times
 * are counted. Fewer frames than wanted may come back, without an error: that happens with damaged files, and the
 * caller tries another way.
 * @returns whether ffmpeg has reported damage.
 */
export async function* decodePictures(request: DecodeRequest): AsyncGenerator<Picture, boolean, void> {
  const { path, by, wanted, seek, rendering, signal } = request;
  const lines: (ShownFrame & { doubtful: boolean })[] = [];
  const complains = complaints();
  let doubtful = false;
  let ended = false;
  let wake = (): void => {};
  const cpuSeconds = decodingSeconds(request.frames, request.size);
  const run = await startFfmpeg(
    [
      ...['-loglevel', 'level+info', '-copyts'],
      ...input(
        path,
        ...['-threads', String(threadsFor(request.size))],
        ...decodedBy(request.decoder),
        ...(request.keyOnly ? ['-skip_frame', 'nokey'] : []),
        ...seekTo(seek),
      ),
      ...['-map', '0:V:0', ...ownSizes(), '-vf', filters(request), ...everyFrame()],
      ...[
        '-frames:v',
        String(by === 'order' ? (wanted.at(-1) ?? -1) + 1 : wanted.length),
        '-pix_fmt',
        'rgb24',
        '-f',
        'rawvideo',
        'pipe:1',
      ],
    ],
    {
      signal,
      ...{
        cpuSeconds,
        limitSeconds: patience(cpuSeconds),
        memory: ffmpegMemory(request.size, rendering?.includes('tonemap')),
      },
      onLine: (line) => {
        const shown = parseShown(line);
        if (complains(line)) doubtful = true;
        if (shown) lines.push({ ...shown, doubtful });
        wake();
        return isShowinfo(line);
      },
    },
  );
  void run.closed.then(() => {
    ended = true;
    wake();
  });
  try {
    let rest: Buffer | null = null;
    for (let i = 0, found = 0, next = 0; found < wanted.length; i++) {
      while (!lines[i] && !ended) await run.wait(new Promise<void>((resolve) => (wake = resolve)));
      const line = lines[i];
      // If a line was lost, pictures can no longer be identified. (The count restarts when the size changes.)
      if (!line || (line.n !== next && line.n !== 0)) return doubtful;
      next = line.n + 1;
      const data = new Uint8Array(line.width * line.height * 3);
      let filled = 0;
      while (filled < data.length) {
        rest ??= await run.read();
        if (!rest) return doubtful;
        const take = rest.subarray(0, data.length - filled);
        data.set(take, filled);
        filled += take.length;
        rest = take.length === rest.length ? null : rest.subarray(take.length);
      }
      if (by === 'order' && i !== wanted[found]) continue;
      const key = by === 'pts' ? line.pts : wanted[found]!;
      found++;
      yield { key, image: { width: line.width, height: line.height, data }, doubtful: line.doubtful };
    }
    return doubtful;
  } finally {
    run.stop();
    await run.closed;
  }
}

/** Input options that name a decoder. */
export const decodedBy = (decoder: string | undefined): string[] => (decoder ? ['-c:v', decoder] : []);

function filters({ by, wanted, timeBase, fields, rendering }: DecodeRequest): string {
  const chain = onClock(timeBase, fields);
  if (by !== 'order') chain.push(`select='${anyOf(wanted.map((value) => `eq(${by}\\,${value})`))}'`);
  if (rendering) chain.push(rendering);
  return [...chain, 'showinfo=checksum=0'].join(',');
}

/** A sum as a balanced tree: ffmpeg's expressions may nest 100 deep, and a flat sum nests once per term. */
export function anyOf(terms: readonly string[]): string {
  const [only = '0'] = terms;
  if (terms.length <= 1) return only;
  const half = terms.length >> 1;
  return `(${anyOf(terms.slice(0, half))}+${anyOf(terms.slice(half))})`;
}
