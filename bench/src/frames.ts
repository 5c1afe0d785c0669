// SPDX-License-Identifier: Apache-2.0
import { access, mkdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { say, throwIfCancelled, ZoetropeError, type SamplingPlan } from '../../src/contract';
import {
  everyFrame,
  findFfmpeg,
  frameAt,
  input,
  keyframeBefore,
  openVideo,
  planFrames,
  readFrames,
  startFfmpeg,
  writeWhole,
  type VideoIndex,
} from '../../src/media';
import { weigh, type Cost } from './cost';
import { spread } from './statistics';

export const CODECS = { h264: 'libx264', hevc: 'libx265' } as const;
export type Codec = keyof typeof CODECS;

/** Ways to fetch frames. `floor` is the lower bound: a file with only the packets that must be decoded. */
export const WAYS = ['zoetrope', 'one ffmpeg a frame', 'whole pass', 'floor'] as const;
export type Way = (typeof WAYS)[number];

export interface FramesBenchmark {
  codecs: readonly Codec[];
  /** Lengths of the files, in seconds. */
  seconds: readonly number[];
  /** How many frames are fetched. */
  counts: readonly number[];
  /** Height of the pictures, in pixels; 16:9. */
  height: number;
  /** Repetitions; the median counts. A whole pass over more than five minutes is measured once per file. */
  rounds: number;
  /** The folder in which the test files are made and reused. */
  folder: string;
}

export interface FramesResult extends Cost {
  codec: Codec;
  seconds: number;
  count: number;
  way: Way;
}

const FPS = 25;
/** A keyframe every ten seconds, in frames, as x264 does by default: the further apart, the more each frame costs. */
const KEYFRAME_EVERY = 250;
/**
 * Length of the part that is encoded, in seconds; longer files repeat it. Not a multiple of the keyframe interval, so
 * that wanted frames fall anywhere between two keyframes.
 */
const LOOP_SECONDS = 59.48;
const LONG_SECONDS = 300;

/**
 * Fetches evenly spread frames in each way, and yields the cost of each.
 * @throws ZoetropeError `ffmpeg-failed` without the encoder.
 */
export async function* benchFrames(
  wanted: FramesBenchmark,
  signal?: AbortSignal,
): AsyncGenerator<FramesResult, void, void> {
  await mkdir(wanted.folder, { recursive: true });
  for (const codec of wanted.codecs) {
    for (const seconds of wanted.seconds) {
      const path = await makeFile(wanted, codec, seconds, signal);
      const index = await openVideo(path, { signal });
      let longPass: Cost | undefined; // does not depend on the number of frames
      for (const count of wanted.counts) {
        const places = planFrames(index, { strategy: 'uniform', count } satisfies SamplingPlan);
        const floor = await makeFloor(path, index, places, signal);
        const ways: Record<Way, () => Promise<number>> = {
          zoetrope: () => fetchOurs(path, places, signal),
          'one ffmpeg a frame': () => fetchOneByOne(path, index, places, signal),
          'whole pass': () => fetchInPass(path, places, signal),
          floor: async () => ((await decode(floor, ['-f', 'null', '-'], signal)) === 0 ? places.length : 0),
        };
        for (const way of WAYS) {
          const long = way === 'whole pass' && seconds > LONG_SECONDS;
          const costs: Cost[] = long && longPass ? [longPass] : [];
          while (costs.length < (long ? 1 : wanted.rounds)) {
            throwIfCancelled(signal);
            if (way === 'zoetrope') await utimes(path, new Date(), new Date()); // a new time invalidates its cached index
            costs.push(await weigh(async () => expectAll(await ways[way](), places.length, way)));
          }
          if (long) longPass = costs[0];
          yield { codec, seconds, count, way, ...middle(costs) };
        }
      }
    }
  }
}

async function fetchOurs(path: string, places: readonly number[], signal?: AbortSignal): Promise<number> {
  const index = await openVideo(path, { signal });
  let seen = 0;
  for await (const { image } of readFrames(path, index, places, { signal })) seen += image.data.length > 0 ? 1 : 0;
  return seen;
}

const PICTURES = ['-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1'];

/** As a hand-written script would: seeks to the time of each frame and takes one. */
async function fetchOneByOne(
  path: string,
  index: VideoIndex,
  places: readonly number[],
  signal?: AbortSignal,
): Promise<number> {
  let bytes = 0;
  for (const place of places) {
    // Half a frame early, so that rounding cannot skip the wanted one.
    const at = Math.max(0, frameAt(index, place).time - 0.5 / FPS);
    bytes += await decode(path, ['-frames:v', '1', ...PICTURES], signal, ['-ss', at.toFixed(6)]);
  }
  return bytes / (index.width * index.height * 3);
}

async function fetchInPass(path: string, places: readonly number[], signal?: AbortSignal): Promise<number> {
  const { width, height } = await openVideo(path, { signal });
  const select = `select='${places.map((place) => `eq(n,${place})`).join('+')}'`;
  return (await decode(path, ['-vf', select, ...everyFrame(), ...PICTURES], signal)) / (width * height * 3);
}

/** Number of bytes that ffmpeg output. */
async function decode(path: string, output: string[], signal?: AbortSignal, before: string[] = []): Promise<number> {
  const run = await startFfmpeg(['-loglevel', 'error', ...input(path, ...before), '-map', '0:V:0', ...output], {
    signal,
    limitSeconds: 3600,
  });
  try {
    let bytes = 0;
    for (let chunk = await run.read(); chunk; chunk = await run.read()) bytes += chunk.length;
    await run.wait(run.closed);
    return bytes;
  } finally {
    run.stop();
    await run.closed;
  }
}

function expectAll(seen: number, count: number, way: Way): void {
  if (seen === count) return;
  throw new ZoetropeError(
    'internal',
    say`${way}: ${seen} of ${count} frames came.`,
    say`The figures would mean nothing.`,
  );
}

function middle(costs: readonly Cost[]): Cost {
  const of = (values: (number | null)[]): number | null =>
    values.some((value) => value === null) ? null : spread(values as number[]).median;
  return {
    wall: spread(costs.map(({ wall }) => wall)).median,
    cpu: of(costs.map(({ cpu }) => cpu)),
    peak: of(costs.map(({ peak }) => peak)),
  };
}

/** A moving test picture of one minute, encoded as cameras do, repeated by copying packets. Made once. */
async function makeFile(
  { folder, height }: FramesBenchmark,
  codec: Codec,
  seconds: number,
  signal?: AbortSignal,
): Promise<string> {
  const width = 2 * Math.round((height * 16) / 18);
  const part = Math.min(seconds, LOOP_SECONDS);
  const loop = await made(join(folder, `${codec}-${height}-${part}s.mp4`), (to) =>
    write(
      [
        ...['-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}:rate=${FPS}:duration=${part}`],
        ...[
          '-c:v',
          CODECS[codec],
          '-preset',
          codec === 'hevc' ? 'ultrafast' : 'veryfast',
          '-pix_fmt',
          'yuv420p',
          '-g',
          String(KEYFRAME_EVERY),
          '-bf',
          '3',
        ],
        ...(codec === 'hevc' ? ['-x265-params', `log-level=none:open-gop=0:bframes=3:keyint=${KEYFRAME_EVERY}`] : []),
        ...['-f', 'mp4', `file:${to}`],
      ],
      signal,
    ),
  );
  if (seconds === part) return loop;
  const times = Math.ceil(seconds / part) - 1;
  return made(join(folder, `${codec}-${height}-${seconds}s.mp4`), (to) =>
    write(
      [
        '-stream_loop',
        String(times),
        '-i',
        `file:${loop}`,
        '-t',
        String(seconds),
        '-c',
        'copy',
        '-f',
        'mp4',
        `file:${to}`,
      ],
      signal,
    ),
  );
}

/**
 * A file with only the packets that the wanted frames depend on: from each one's keyframe up to itself, in decoding
 * order.
 */
async function makeFloor(
  path: string,
  index: VideoIndex,
  places: readonly number[],
  signal?: AbortSignal,
): Promise<string> {
  return made(`${path}-${places.length}.mkv`, async (to) => {
    const order = await packetOrder(path, signal);
    const at = (place: number): number => order.get(index.frames.pts[place]!)!;
    const last = new Map<number, number>();
    for (const place of places) {
      const key = at(keyframeBefore(index, place));
      last.set(key, Math.max(last.get(key) ?? 0, at(place)));
    }
    const kept = [...last].map(([from, until]) => `between(n,${from},${until})`).join('+');
    await write(
      [
        '-i',
        `file:${path}`,
        '-map',
        '0:V:0',
        '-c',
        'copy',
        '-bsf:v',
        `noise=drop='not(${kept})'`,
        '-f',
        'matroska',
        `file:${to}`,
      ],
      signal,
    );
  });
}

/** Each packet's place in the file, by its presentation time. */
async function packetOrder(path: string, signal?: AbortSignal): Promise<Map<number, number>> {
  const run = await startFfmpeg(
    ['-loglevel', 'error', ...input(path), '-map', '0:V:0', '-c', 'copy', '-copyts', '-f', 'framecrc', 'pipe:1'],
    { signal, limitSeconds: 600 },
  );
  let text = '';
  for (let chunk = await run.read(); chunk; chunk = await run.read()) text += chunk.toString('latin1');
  await run.closed;
  const lines = text.split('\n').filter((line) => /^\d/.test(line));
  return new Map(lines.map((line, n) => [Number(line.split(',')[2]), n]));
}

async function made(file: string, make: (to: string) => Promise<void>): Promise<string> {
  if (
    await access(file).then(
      () => true,
      () => false,
    )
  )
    return file;
  await writeWhole(file, make);
  return file;
}

async function write(args: string[], signal?: AbortSignal): Promise<void> {
  const run = await startFfmpeg(['-y', '-loglevel', 'error', ...args], { signal, limitSeconds: 1800 });
  while (await run.read());
  if ((await run.wait(run.closed)) === 0) return;
  throw new ZoetropeError(
    'ffmpeg-failed',
    say`A file to measure with could not be made.`,
    say`ffmpeg ${findFfmpeg().version} may lack an encoder: choose another codec.`,
    run.errors(),
  );
}
