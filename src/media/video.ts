// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import { say, throwIfCancelled, ZoetropeError, type OnProgress, type VideoNote } from '../contract';
import { everyFrame, input, startFfmpeg, tooMuchMemory } from './ffmpeg';
import { fieldsOf, paired } from './fields';
import { unsoundFrames } from './damage';
import { isShowinfo, ownSizes, parseShown } from './decode';
import { assumedMatrix, unheededMatrix } from './frame-rendering';
import { firstBytes, stampFile, type FileStamp } from './file';
import type { FileCache } from './file-cache';
import { keptIndex } from './index-cache';
import {
  ANIMATION_FRAMES,
  decodingSeconds,
  ffmpegMemory,
  listingSeconds,
  patience,
  VIDEO_FRAMES,
  VIDEO_PIXELS,
} from './limits';
import { PacketIndex, type FrameTable } from './packets';
import { checkWebp, isMovingWebp, unpackedWebp } from './webp';
import { parseStreamInfo, type StreamInfo } from './streaminfo';
import { frameAt, keyframeBefore, type VideoIndex } from './video-index';

export { frameAt, frameAtTime, keyframeBefore } from './video-index';
export type { FrameInfo, VideoIndex } from './video-index';

export interface MediaOptions {
  /** Where indexes of videos are cached across restarts. */
  indexes?: FileCache | undefined;
  /** Where copies of files that ffmpeg cannot read are cached across restarts: they are larger than the originals. */
  copies?: FileCache | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

/** Animated pictures. */
const ANIMATIONS = new Set(['gif', 'apng']);
/** Codecs whose "keyframes" reference earlier pictures, or whose packets are not all frames. */
const PASS_ONLY = new Set([...ANIMATIONS, 'vp8']);

/** The most frames that any decoder holds back. */
const MOST_REACH = 16;
/** Codecs in which only B frames are shown before a frame that is decoded earlier, namely the one after them. */
const BETWEEN_ANCHORS = /^(?:mpeg[124](?:video)?|msmpeg4|h263|flv1|vc1|wmv)/;

const CACHE_SIZE = 16;
const cache = new Map<string, VideoIndex>();

/**
 * Opens a video: what it is and when each of its frames is shown. Reads every packet once (about a second for half an
 * hour of 1080p); decodes only if the packets carry no usable times. The result is kept until the file changes.
 * @throws ZoetropeError `file-missing`, `file-empty`, `file-unreadable`, `not-a-video`, `no-frames`, `video-damaged`,
 *   `ffmpeg-missing`, `ffmpeg-failed`, `cancelled`.
 */
export async function openVideo(path: string, options: MediaOptions = {}): Promise<VideoIndex> {
  throwIfCancelled(options.signal);
  const stamp = await stampFile(path);
  const file = (await isMovingWebp(path)) ? await unpackedWebp(path, stamp, options) : path;
  const known = cache.get(path);
  if (known && known.size === stamp.size && known.mtimeMs === stamp.mtimeMs && known.file === file) return known;
  const read = (): Promise<VideoIndex> => readIndex(path, file, stamp, options);
  const index = await (options.indexes ? keptIndex(path, file, stamp, options.indexes, read) : read());
  cache.delete(path);
  cache.set(path, index);
  if (cache.size > CACHE_SIZE) cache.delete(cache.keys().next().value!);
  return index;
}

/**
 * Checks from a file's beginning that it holds a video, without reading the rest, so that a file of hours is added at
 * once.
 * @throws ZoetropeError as `openVideo`, if the beginning shows the fault.
 */
export async function peekVideo(path: string, options: MediaOptions = {}): Promise<void> {
  const stamp = await stampFile(path);
  if (await isMovingWebp(path)) return checkWebp(path);
  const { info, some, errors } = await listPackets(path, stamp, new PacketIndex(), options, ['-frames:v', '1']);
  if (!info.video?.width || !some) throw await whyNothing(path, info, errors);
}

/** Lists all packets of the file. `some`: whether there was any. */
async function listPackets(
  path: string,
  stamp: FileStamp,
  packets: PacketIndex,
  { signal, onProgress }: MediaOptions,
  only: readonly string[] = [],
): Promise<{ info: StreamInfo; some: boolean; errors: string }> {
  const banner: string[] = [];
  let info: StreamInfo | undefined;
  let some = false;
  const run = await startFfmpeg(
    [...input(path), ...['-map', '0:V:0', '-c', 'copy', '-copyts', ...only, '-f', 'framecrc', 'pipe:1']],
    {
      signal,
      limitSeconds: 120 + stamp.size / 5e6, // a slow network disk still gives 5 MB/s
      cpuSeconds: listingSeconds(stamp.size),
      onLine: (line) => {
        if (banner.length < 2000) banner.push(line);
      },
    },
  );
  try {
    let partial = '';
    for (let chunk = await run.read(); chunk; chunk = await run.read()) {
      const lines = (partial + chunk.toString('latin1')).split('\n');
      partial = lines.pop() ?? '';
      for (const line of lines) packets.add(line);
      if (packets.listed > VIDEO_FRAMES) throw tooManyFrames(path, VIDEO_FRAMES);
      some ||= lines.some((line) => line.startsWith('0,'));
      info ??= parseStreamInfo(banner);
      onProgress?.({
        step: 'index',
        done: Math.min(packets.seconds, info.containerDuration),
        total: info.containerDuration,
      });
    }
    packets.add(partial);
    await run.wait(run.closed);
  } finally {
    run.stop();
  }
  return { info: parseStreamInfo(banner), some, errors: run.errors() };
}

async function readIndex(path: string, file: string, stamp: FileStamp, options: MediaOptions): Promise<VideoIndex> {
  const packets = new PacketIndex();
  const { info, errors } = await listPackets(file, stamp, packets, options);
  const { video } = info;
  if (!video || packets.count === 0) throw await whyNothing(path, info, errors);

  let frames = packets.finish();
  let access: VideoIndex['access'] = PASS_ONLY.has(video.codec) ? 'pass' : 'seek';
  if (typeof frames === 'string' || access === 'pass') {
    access = 'pass';
    if (ANIMATIONS.has(video.codec) && packets.count > ANIMATION_FRAMES) throw tooManyFrames(path, ANIMATION_FRAMES);
    const decoded = await decodeIndex(file, info, packets.count, options);
    frames = decoded.frames;
    if (frames.pts.length === 0) throw await whyNothing(path, info, `${errors}\n${decoded.errors}`);
  }

  const fields = await fieldsOf(file, video, options.signal);
  if (fields) {
    frames = paired(frames);
    video.height *= 2;
  }
  const assembled = (table: FrameTable): VideoIndex => ({
    ...assemble(path, file, stamp, info, table, access),
    ...(fields && { fields }),
  });
  let index = assembled(frames);
  if (index.width === 0) throw await whyNothing(path, info, errors);
  if (isCut(index, info, errors)) index = assembled(firstFrames(frames, await readableCount(index, options.signal)));
  index.notes.push(...notesOn(index, info, errors));
  return index;
}

function assemble(
  path: string,
  file: string,
  stamp: FileStamp,
  info: StreamInfo,
  frames: FrameTable,
  access: VideoIndex['access'],
): VideoIndex {
  const { codec, pixels, alphaBeside, width, height, rotation, sar, hdr } = info.video!;
  const assumed = assumedMatrix(info.video!);
  const unheeded = unheededMatrix(info.video!);
  const tick = frames.timeBase[0] / frames.timeBase[1];
  const count = frames.pts.length;
  const first = frames.pts[0]! * tick;
  const last = frames.pts[count - 1]! * tick;
  const span = last - first;
  const averageFps = count > 1 && span > 0 ? (count - 1) / span : 0;
  const lead = Math.max(0, first - info.startTime);
  const lastFor = frames.lastDuration * tick || (averageFps > 0 ? 1 / averageFps : 0);
  return {
    ...{
      path,
      file,
      ...stamp,
      container: info.container,
      codec,
      pixels,
      width,
      height,
      rotation,
      sar,
      ...(alphaBeside && { alphaBeside }),
      ...(hdr && { hdr }),
      ...(assumed && { assumedMatrix: assumed }),
      ...(unheeded && { unheededMatrix: unheeded }),
    },
    ...{
      hasAudio: info.hasAudio,
      sound: info.sound,
      subtitles: info.subtitles,
      frameCount: count,
      duration: span + lastFor,
      averageFps,
      startTime: first,
      lead,
    },
    ...{ frames, access, notes: [] },
  };
}

/** Lists the frames by decoding them all: for packets without times, or with the same time twice. */
async function decodeIndex(
  path: string,
  info: StreamInfo,
  expected: number,
  options: MediaOptions,
): Promise<{ frames: FrameTable; errors: string }> {
  const pts: number[] = [];
  const keyframes: number[] = [];
  let between = 0;
  let mostBetween = 0;
  let timeBase: [number, number] = [1, 1000];
  let restarts = false;
  // Twice the number listed: a packet may hold two fields, and packets without times may hold several frames.
  const cpuSeconds = decodingSeconds(2 * expected, info.video ?? { width: 0, height: 0 });
  const run = await startFfmpeg(
    [
      ...['-loglevel', 'info', '-copyts', ...input(path), '-map', '0:V:0'],
      ...[...ownSizes(), '-vf', 'showinfo=checksum=0', ...everyFrame(), '-f', 'null', '-'],
    ],
    {
      signal: options.signal,
      ...{ memory: ffmpegMemory(info.video), cpuSeconds, limitSeconds: patience(cpuSeconds) },
      onLine: (line) => {
        const tb = /config in time_base: (\d+)\/(\d+)/.exec(line);
        if (tb && pts.length === 0) timeBase = [Number(tb[1]), Number(tb[2])];
        const shown = parseShown(line);
        restarts ||= shown !== undefined && shown.n < pts.length;
        if (shown?.key) keyframes.push(pts.length);
        if (shown) mostBetween = Math.max(mostBetween, (between = shown.type === 'B' ? between + 1 : 0));
        if (shown && pts.push(shown.pts) % 100 === 0) {
          options.onProgress?.({ step: 'index', done: pts.length, total: expected });
        }
        return isShowinfo(line);
      },
    },
  );
  try {
    while (await run.read());
    await run.wait(run.closed);
  } finally {
    run.stop();
  }
  const fps = info.video?.fps || 25;
  let by: FrameTable['by'] = 'pts';
  if (pts.some((value, i) => !(value > (pts[i - 1] ?? -Infinity)))) {
    // No times of its own: the frame rate in the header is all there is.
    timeBase = [1, Math.round(fps * 1000)];
    pts.forEach((_, i) => (pts[i] = i * 1000));
    by = restarts ? 'order' : 'n';
  }
  const inOrder = keyframes.length === pts.length || PASS_ONLY.has(info.video?.codec ?? '');
  const reach = inOrder ? 0 : BETWEEN_ANCHORS.test(info.video?.codec ?? '') ? mostBetween : MOST_REACH;
  return {
    frames: {
      pts: Float64Array.from(pts),
      timeBase,
      keyframes: Uint32Array.from(keyframes),
      lastDuration: 0,
      by,
      reach,
    },
    errors: run.errors(),
  };
}

/** Whether the file holds less than its header says. */
function isCut({ duration, lead }: VideoIndex, info: StreamInfo, errors: string): boolean {
  const cut =
    /partial file|ended prematurely|Truncat|truncat|Invalid data|corrupt|End of file|error reading|Packet mismatch/i;
  return cut.test(errors) && info.containerDuration - lead - duration > 0.25;
}

/** How many frames of a truncated file can be read: not those that depend on the last packet, which is incomplete. */
async function readableCount(index: VideoIndex, signal: AbortSignal | undefined): Promise<number> {
  const { frameCount } = index;
  const from = keyframeBefore(index, frameCount - 1);
  const unsound = await unsoundFrames(
    index,
    Array.from({ length: frameCount - from }, (_, i) => from + i),
    signal,
  );
  return Math.max(1, Math.min(frameCount, ...unsound));
}

const firstFrames = ({ pts, keyframes, lastDuration, ...rest }: FrameTable, count: number): FrameTable => ({
  ...rest,
  pts: pts.slice(0, count),
  keyframes: keyframes.filter((place) => place < count),
  lastDuration: count < pts.length ? pts[count]! - pts[count - 1]! : lastDuration,
});

function notesOn(index: VideoIndex, info: StreamInfo, errors: string): VideoNote[] {
  const notes: VideoNote[] = [];
  if (isCut(index, info, errors)) {
    const [until, total] = [frameAt(index, index.frameCount - 1).time, info.containerDuration - index.lead].map(
      (seconds) => seconds.toFixed(2),
    ) as [string, string];
    notes.push({
      kind: 'incomplete',
      text: say`The file is incomplete: it is readable up to ${until} s of ${total} s.`,
    });
  }
  if (index.access === 'pass' && index.frameCount > 3000) {
    notes.push({
      kind: 'slow-access',
      text: say`This video has no usable frame times, so it is always read from the start.`,
    });
  }
  return notes;
}

function tooManyFrames(path: string, most: number): ZoetropeError {
  return new ZoetropeError(
    'file-too-large',
    say`"${basename(path)}" holds more than ${most} frames.`,
    say`Cut it into shorter files, then open those.`,
  );
}

/** The reason why a file has nothing to show, from ffmpeg's log. */
async function whyNothing(path: string, info: StreamInfo, errors: string): Promise<ZoetropeError> {
  const name = basename(path);
  // ffmpeg prints this for any file whose name ends in .mp4; a real one begins with one of these boxes.
  if (
    /moov atom not found/.test(errors) &&
    /^(ftyp|mdat|wide|free|skip)/.test((await firstBytes(path, 12)).toString('latin1', 4))
  ) {
    return new ZoetropeError(
      'video-damaged',
      say`"${name}" is an unfinished recording: its table of contents is missing.`,
      say`Copy it again from the camera or recorder, or repair it with the program that made it.`,
      errors,
    );
  }
  if (/Permission denied/.test(errors)) {
    return new ZoetropeError(
      'file-unreadable',
      say`"${name}" cannot be opened.`,
      say`Check that you may read it.`,
      errors,
    );
  }
  const size = /Picture size (\d+)x(\d+) (?:exceeds|is invalid)/.exec(errors);
  if (size) {
    return new ZoetropeError(
      'file-too-large',
      say`The pictures of "${name}" are ${size[1]!} x ${size[2]!} pixels; up to ${VIDEO_PIXELS / 1e6} megapixels (8K) can be read.`,
      say`Convert it to 8K or less, then open that.`,
      errors,
    );
  }
  if (/Cannot allocate memory/.test(errors)) return tooMuchMemory(errors);
  if (!info.container) {
    return new ZoetropeError(
      'not-a-video',
      say`"${name}" is not a video that can be read.`,
      say`Choose a video file such as MP4, MOV, MKV, WebM or AVI.`,
      errors,
    );
  }
  if (info.video) {
    return new ZoetropeError(
      'video-damaged',
      say`"${name}" is damaged: no frame of it can be read.`,
      say`Copy or download it again.`,
      errors,
    );
  }
  return new ZoetropeError(
    'no-frames',
    info.coverOnly || info.hasAudio
      ? say`"${name}" holds sound but no moving picture.`
      : say`"${name}" holds no frames.`,
    say`Choose a file with a video track.`,
    errors,
  );
}
