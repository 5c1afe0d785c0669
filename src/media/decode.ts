// SPDX-License-Identifier: Apache-2.0
import type { RgbImage } from '../contract';
import { everyFrame, input, olderThan, seekTo, startFfmpeg, threadsFor } from './ffmpeg';
import { decodingSeconds, ffmpegMemory, patience } from './limits';
import { complaints } from './complaint';
import type { FrameTable } from './packets';

/**
 * A line of ffmpeg's `showinfo` filter: one frame that passed it. `pts` is NaN where the frame has none. From ffmpeg 7 on
 * such a line may stand behind the unfinished one of another thread, without the name of the filter.
 */
export interface ShownFrame {
  n: number;
  pts: number;
  width: number;
  height: number;
  key: boolean;
  /** Of an interlaced picture, the field on top in time, or the only one; `P` for a progressive one. */
  field: string;
  /** `I`, `P`, `B`: how it is coded; others of some codecs. */
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

/** Lines that quote a file: its name and what it says of itself, which might look like anything. */
const NO_FILTER = /^(?: {4}|Input #|Output #)/;

export const isShowinfo = (line: string): boolean => line.startsWith('[Parsed_showinfo');

/** Each picture in its own size, where the size changes midway: by itself ffmpeg scales all to that of the first. (It can since 4.4.) */
export const ownSizes = (version?: string): string[] => (olderThan([4, 4], version) ? [] : ['-noautoscale']);

/** Which field of a picture comes first, where each is coded as a picture of half the height. */
export type Fields = 'top' | 'bottom';

/** Filters that bring a video to the clock of its list of frames, whatever this ffmpeg's filters count in, and weave its fields. */
export function onClock([num, den]: readonly [number, number], fields: Fields | undefined): string[] {
  if (!fields) return [`settb=${num}/${den}`];
  // `weave` counts in twice as long ticks and goes by the second field, which is given the time of the first.
  return [`settb=${num}/${2 * den}`, "setpts='if(mod(N\\,2)\\,PREV_INPTS\\,PTS)'", `weave=first_field=${fields}`];
}

/** A filter that makes pictures so high, and no wider than sixteen times that: a line of pixels would become enormous. */
export const scaleTo = (height: number): string =>
  `scale='max(2,2*round(min(iw*${height}/ih,${16 * height})/2))':${height}`;

/** Most frames one process is asked for: keeps the command line under Windows' 32,767 characters. */
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
  /** Of the video's pictures, in pixels: what they may take depends on it. */
  size: { width: number; height: number };
  /** How many frames ffmpeg goes through at most. */
  frames: number;
  signal?: AbortSignal | undefined;
}

export interface Picture {
  /** The value of `wanted` this is. */
  key: number;
  image: RgbImage;
  /** Before it came, ffmpeg had found damage in what it decoded: perhaps in what this picture leans on. */
  doubtful: boolean;
}

/**
 * Decodes the wanted frames and yields them in order, one in memory at a time. Each picture is named by the time in the
 * `showinfo` line that ffmpeg logs for it, so a frame that is missing cannot shift the others; by counting only where a
 * file has no times.
 * Fewer than wanted may come back, without an error: damaged files do that, and the caller knows what to try next.
 * @returns whether ffmpeg has found damage.
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
      // Where a line was lost, no picture has a name any more. (Counting starts anew with another size.)
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

/** A sum as a balanced tree: ffmpeg's expressions may nest 100 deep, and a flat sum nests once a term. */
export function anyOf(terms: readonly string[]): string {
  const [only = '0'] = terms;
  if (terms.length <= 1) return only;
  const half = terms.length >> 1;
  return `(${anyOf(terms.slice(0, half))}+${anyOf(terms.slice(half))})`;
}
