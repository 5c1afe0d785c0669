// SPDX-License-Identifier: Apache-2.0
import { extname } from 'node:path';
import { say, ZoetropeError, type CutWay, type TimeRange } from '../contract';
import { onClock } from './decode';
import { everyFrame, input, listNames, seekTo, THREADS, threadsFor } from './ffmpeg';
import { checkUnchanged } from './file';
import { decodingSeconds, ffmpegMemory, patience, soundSeconds } from './limits';
import { ENCODERS } from './preview';
import { stretchesOf } from './stretches';
import { frameAt, keyframeBefore, type MediaOptions, type VideoIndex } from './video';
import { writeWhole } from './whole-file';
import { writeVideo } from './write-video';

/** The container that each format is copied into; all others into Matroska, which holds everything. */
const CONTAINERS: Readonly<Record<string, string>> = {
  '.mp4': 'mp4',
  '.m4v': 'mp4',
  '.mov': 'mov',
  '.webm': 'webm',
  '.ts': 'mpegts',
  '.mts': 'mpegts',
};

/** Slower and finer than for previews. Encoders without such a setting get a high bit rate. */
const FINE: Readonly<Record<string, readonly string[]>> = { libx264: ['-preset', 'medium', '-crf', '14'] };
const FINE_RATE = ['-b:v', '20M'];
/** Ticks per second of the clock of an encoded clip. */
const TICKS = 90_000;

/** The ending of a clip that is cut from a file. */
export const clipEnding = (path: string, way: CutWay): string =>
  way === 'exact' ? '.mp4' : extname(path).toLowerCase() in CONTAINERS ? extname(path).toLowerCase() : '.mkv';

/** The frames of a clip, and its length in seconds. */
export interface Clip {
  /** Ordinals of the first and the last frame. */
  first: number;
  last: number;
  /** Seconds since the video's start. */
  start: number;
  end: number;
}

/**
 * The frames that a clip of a range begins and ends with. A copy begins at the keyframe at or before the range, because
 * what is not encoded anew can begin nowhere else.
 * @throws bad-request for a copy of a video without usable keyframes or times.
 */
export function clipOf(index: VideoIndex, range: TimeRange, way: CutWay): Clip {
  const [{ first: wished, last } = { first: 0, last: 0 }] = stretchesOf(index, [range]);
  if (way === 'copy' && (index.access === 'pass' || index.frames.by !== 'pts'))
    throw new ZoetropeError(
      'bad-request',
      say`This video can only be cut by encoding it anew.`,
      say`Save the clip with exact ends.`,
    );
  const first = way === 'copy' ? keyframeBefore(index, wished) : wished;
  const end = last + 1 < index.frameCount ? frameAt(index, last + 1).time : index.duration;
  return { first, last, start: frameAt(index, first).time, end };
}

/**
 * Writes a part of a video into a file of its own, with its sound. `exact`: from the first to the last frame of the
 * range, encoded anew at high quality. `copy`: the packets as they are, from the keyframe before the range.
 * @throws ZoetropeError `file-missing`, `file-changed`, `bad-request`, `disk-full`, `ffmpeg-failed`, `cancelled`.
 */
export async function cutClip(
  path: string,
  index: VideoIndex,
  { range, way, file }: { range: TimeRange; way: CutWay; file: string },
  options: MediaOptions = {},
): Promise<Clip> {
  await checkUnchanged(path, index);
  const clip = clipOf(index, range, way);
  const args = way === 'copy' ? copied(index, clip, path) : await encoded(index, clip, options);
  const duration = Math.max(clip.end - clip.start, 1e-3);
  const cpuSeconds = 4 * decodingSeconds(index.frameCount, index) + soundSeconds(index.duration, index.size);
  await writeWhole(file, (partial) =>
    writeVideo([...args, `file:${partial}`], {
      ...options,
      ...{ duration, cpuSeconds, limitSeconds: patience(cpuSeconds) + index.size / 5e6 },
      memory: 2 * ffmpegMemory(index, true), // the encoder holds as many pictures again
      failed: {
        message: say`The clip could not be written.`,
        advice:
          way === 'copy'
            ? say`Save it with exact ends, which encodes it anew.`
            : say`Its frames can still be sampled and exported.`,
      },
    }),
  );
  return clip;
}

const MAPPED = ['-map', '0:V:0', '-map', '0:a:0?', '-sn', '-dn', '-map_metadata', '-1'];

/** Seconds on the file's clock between a frame and the one before it. Undefined for the first frame. */
function before(index: VideoIndex, frame: number): number | undefined {
  const { pts, timeBase } = index.frames;
  return frame === 0 ? undefined : ((pts[frame]! + pts[frame - 1]!) / 2) * (timeBase[0] / timeBase[1]);
}

/**
 * Seeking in Matroska and others goes to an earlier keyframe than it could, and an open GOP has frames that are shown
 * before its keyframe: `-copypriorss 0` drops what comes before the time sought, and that is just before the keyframe.
 */
function copied(index: VideoIndex, { first, start, end }: Clip, path: string): string[] {
  const container = CONTAINERS[extname(path).toLowerCase()] ?? 'matroska';
  const from = before(index, first);
  const length = end - (from === undefined ? start : from - index.startTime);
  return [
    ...[...input(index.file, ...seekTo(from)), '-t', length.toFixed(6), ...MAPPED, '-c', 'copy', '-copypriorss', '0'],
    ...['-avoid_negative_ts', 'make_zero', '-max_muxing_queue_size', '4096', '-f', container],
  ];
}

async function encoded(index: VideoIndex, { first, last, start, end }: Clip, options: MediaOptions): Promise<string[]> {
  const known = await listNames('encoders', options.signal);
  const encoder = ENCODERS.find(([name, , container]) => container === 'mp4' && known.has(name));
  if (!encoder)
    throw new ZoetropeError(
      'ffmpeg-failed',
      say`This ffmpeg has no encoder for MP4.`,
      say`Install a full ffmpeg, or save the clip as it is.`,
    );
  const [name] = encoder;
  const { pts, timeBase, by } = index.frames;
  const seeks = index.access === 'seek' && by === 'pts' && !index.fields;
  const trim =
    seeks && last + 1 < index.frameCount
      ? `trim=start_pts=${pts[first]!}:end_pts=${pts[last + 1]!}`
      : seeks
        ? `trim=start_pts=${pts[first]!}`
        : `trim=start_frame=${first}:end_frame=${last + 1}`;
  const step = pts.length > 1 ? pts[1]! - pts[0]! : 0;
  const made = by === 'pts' ? [] : [`setpts='N*${(TICKS * step * timeBase[0]) / timeBase[1]}'`];
  const video = [
    ...(index.fields ? onClock(timeBase, index.fields) : []),
    trim,
    `settb=1/${TICKS}`,
    ...made,
    'setpts=PTS-STARTPTS',
    "scale='2*trunc(iw/2)':'2*trunc(ih/2)'", // most players want even sizes
  ];
  const [from, to] = [index.startTime + start, index.startTime + end];
  const sound = `atrim=start=${from.toFixed(6)}:end=${to.toFixed(6)},asetpts=PTS-STARTPTS`;
  return [
    ...[
      '-copyts',
      ...input(
        index.file,
        '-threads',
        String(threadsFor(index)),
        ...seekTo(seeks ? before(index, keyframeBefore(index, first)) : undefined),
      ),
    ],
    ...[...MAPPED, '-c:v', name, ...(FINE[name] ?? FINE_RATE), '-vf', video.join(','), '-threads', String(THREADS)],
    ...[...everyFrame(), '-enc_time_base', `1:${TICKS}`, '-video_track_timescale', String(TICKS)],
    ...['-c:a', 'aac', '-b:a', '192k', '-af', sound, '-max_muxing_queue_size', '4096'],
    ...['-movflags', '+faststart', '-f', 'mp4'],
  ];
}
