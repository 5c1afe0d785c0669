// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError, type ColourMatrix, type PreviewWay } from '../contract';
import { onClock } from './decode';
import { everyFrame, input, listNames, olderThan, THREADS, threadsFor } from './ffmpeg';
import { checkUnchanged } from './file';
import { FileCache } from './file-cache';
import { decodingSeconds, ffmpegMemory, patience, soundSeconds } from './limits';
import { renderingFor } from './frame-rendering';
import { frameAt, type MediaOptions, type VideoIndex } from './video';
import { writeVideo } from './write-video';

/** Containers that Chromium plays everywhere, or (HEVC) where the hardware decodes it: worth trying as they are. */
const CONTAINERS = /\b(mov|mp4|matroska|webm)\b/;
const CODECS = new Set(['h264', 'vp8', 'vp9', 'av1', 'hevc']);
/** Codecs with which Chromium also seeks correctly in Matroska: for H.264 it showed wrong frames after a seek. */
const IN_MATROSKA = new Set(['vp8', 'vp9', 'av1']);
const SOUNDS = new Set(['aac', 'mp3', 'opus', 'vorbis', 'flac']);
/** Codecs that can be copied into an MP4 that plays. */
const REPACKABLE = new Set(['h264', 'vp9', 'av1']);
const EIGHT_BIT_420 = /^yuvj?420p$/;

/**
 * Filters that convert a copy to BT.709 and tag it: players guess from the height, and the copy's height is not the
 * video's.
 */
const TO_709 =
  'out_color_matrix=bt709:out_range=tv,format=yuv420p,setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv';

/** Colour tags for a copy that is not re-encoded: primaries, transfer and matrix as numbers of the standards. */
const NUMBERS: Readonly<Record<ColourMatrix, readonly [number, number, number]>> = {
  bt601: [6, 6, 6],
  bt709: [1, 1, 1],
  bt2020: [9, 14, 9],
};
function colourNames({ codec, unheededMatrix: matrix }: VideoIndex): string[] {
  if (!matrix) return [];
  const [primaries, transfer, coefficients] = NUMBERS[matrix];
  if (codec === 'h264')
    return [
      `h264_metadata=colour_primaries=${primaries}:transfer_characteristics=${transfer}:matrix_coefficients=${coefficients}`,
    ];
  if (codec === 'av1')
    return [
      `av1_metadata=color_primaries=${primaries}:transfer_characteristics=${transfer}:matrix_coefficients=${coefficients}`,
    ];
  return codec === 'vp9' ? [`vp9_metadata=color_space=${matrix}`] : [];
}

/** Height of a low-resolution copy in pixels. */
const LOW_HEIGHT = 540;

/** The first of these that this ffmpeg has is used: encoder, options that make it fast, container. */
export const ENCODERS: readonly (readonly [name: string, options: readonly string[], container: 'mp4' | 'webm'])[] = [
  ['libx264', ['-preset', 'ultrafast', '-crf', '26'], 'mp4'],
  ['h264_videotoolbox', ['-b:v', '3M', '-allow_sw', '1'], 'mp4'],
  ['libopenh264', ['-b:v', '3M'], 'mp4'],
  ['h264_mf', ['-b:v', '3M'], 'mp4'],
  ['libvpx', ['-deadline', 'realtime', '-cpu-used', '12', '-b:v', '3M'], 'webm'],
  ['libvpx-vp9', ['-deadline', 'realtime', '-cpu-used', '8', '-b:v', '2M'], 'webm'],
];
/** Interval of keyframes, in frames: scrubbing decodes from a keyframe. */
const KEYFRAME_EVERY = 30;
/** Increase it when the way copies are made changes: older copies are then not found. */
const VERSION = 4;
/** Keeps the filters, and their frame count, when the picture's size changes: the copy keeps its first size. */
const ONE_GRAPH = ['-reinit_filter', '0'];
/** Ticks per second of a copy's clock. */
const TICKS = 90_000;
/** Two ticks, in seconds: see `write`. */
const HAIR = 2 / TICKS;

/**
 * How the window should play a video: as it is, repackaged (the same pictures in another container), or as a
 * low-resolution copy. `failed` is the way that the window tried and could not play.
 */
export function previewWay(index: VideoIndex, failed: PreviewWay | null): PreviewWay {
  const codecs = index.container.includes('matroska') ? IN_MATROSKA : CODECS;
  // Players handle a clock that starts late differently; a copy's clock starts at 0.
  const playable =
    index.startTime - index.lead < 1 &&
    !index.fields &&
    !index.unheededMatrix &&
    CONTAINERS.test(index.container) &&
    codecs.has(index.codec) &&
    (index.sound === '' || SOUNDS.has(index.sound));
  if (playable && failed === null) return 'original';
  const repackable = REPACKABLE.has(index.codec) && EIGHT_BIT_420.test(index.pixels) && index.access === 'seek';
  // If playing the original failed although its container plays, its pictures are the cause; another container would
  // not help.
  return repackable && failed !== 'repackaged' && !(playable && failed === 'original') ? 'repackaged' : 'low';
}

/**
 * Makes a playable copy, or finds the one made before. It uses the video's own time: second t of the copy shows the
 * frame that is on screen at `time` t, whatever the file's clock starts at.
 * @throws ZoetropeError `file-missing`, `file-changed`, `disk-full`, `ffmpeg-failed`, `cancelled`.
 */
export async function makePreview(
  path: string,
  index: VideoIndex,
  wanted: Exclude<PreviewWay, 'original'>,
  cache: FileCache,
  options: MediaOptions = {},
): Promise<{ way: Exclude<PreviewWay, 'original'>; file: string }> {
  await checkUnchanged(path, index);
  // A repackaged copy is as large as the file: if that would fill the cache, a small copy is made instead.
  const way = wanted === 'repackaged' && index.size > cache.limit / 2 ? 'low' : wanted;
  const [picture, container] = way === 'low' ? await lowResolution(index, options) : [['-c:v', 'copy'], 'mp4'];
  const name = `${FileCache.key(path, index, `${way} ${VERSION}`)}.${container}`;
  try {
    return { way, file: await cache.get(name, (partial) => write(index, picture, container, partial, options)) };
  } catch (error) {
    // Packets that cannot be stored in an MP4 can still be decoded.
    if (way === 'repackaged' && error instanceof ZoetropeError && error.code === 'ffmpeg-failed') {
      return makePreview(path, index, 'low', cache, options);
    }
    throw error;
  }
}

async function lowResolution(index: VideoIndex, { signal }: MediaOptions): Promise<[string[], string]> {
  const known = await listNames('encoders', signal);
  const encoder = ENCODERS.find(([name]) => known.has(name));
  if (!encoder) {
    throw new ZoetropeError(
      'ffmpeg-failed',
      say`This ffmpeg has no encoder for a preview.`,
      say`Install a full ffmpeg to play this file here; its frames can still be read.`,
    );
  }
  const [name, quick, container] = encoder;
  const { filter } = await renderingFor(index, signal);
  // Scale down first, because tone mapping is slow. 4:2:0 needs even sizes.
  const size = `scale=-2:'2*trunc(min(${LOW_HEIGHT},ih)/2)'`;
  const filters = [
    ...clock(index),
    ...(index.hdr
      ? [size, ...(filter ? [filter] : []), `scale=${TO_709}`]
      : [...(filter ? [filter] : []), `${size}:${TO_709}`]),
  ];
  return [
    [
      ...['-c:v', name, ...quick, '-g', String(KEYFRAME_EVERY), '-vf', filters.join(','), '-threads', String(THREADS)],
      // Frames keep their times: none duplicated, none dropped, no rounding to a frame rate.
      ...[...everyFrame(), '-enc_time_base', `1:${TICKS}`],
    ],
    container,
  ];
}

/**
 * Filters that give made-up times to frames without times. All in small ticks: those of the file may be as coarse as a
 * frame, and sound may begin between two of them.
 */
function clock({ frames: { pts, timeBase, by }, fields }: VideoIndex): string[] {
  const step = pts.length > 1 ? pts[1]! - pts[0]! : 0;
  const made = by === 'pts' ? [] : [`setpts='N*${(TICKS * step * timeBase[0]) / timeBase[1]}'`];
  return [...(fields ? onClock(timeBase, fields) : []), `settb=1/${TICKS}`, ...made];
}

/**
 * Gives the last frame its length. ffmpeg 7 gives it none if neither filters nor the file do, and an MP4 without that
 * length leaves the frame out.
 */
function lastLength(index: VideoIndex): string[] {
  const seconds = Math.max(1 / TICKS, index.duration - frameAt(index, index.frameCount - 1).time);
  return olderThan([4, 4]) ? [] : [`setts=pts=PTS:dts=DTS:duration=if(DURATION\\,DURATION\\,${seconds.toFixed(6)}/TB)`];
}

async function write(
  index: VideoIndex,
  picture: readonly string[],
  container: string,
  to: string,
  options: MediaOptions,
): Promise<void> {
  const { signal, onProgress } = options;
  const copied = picture.includes('copy') && ['aac', 'mp3'].includes(index.sound) && index.lead === 0;
  // Sound before the first picture would come before time 0.
  const trimmed = index.lead > 0 ? ['-af', `atrim=start=${index.startTime.toFixed(6)}`] : [];
  const sound = copied
    ? ['-c:a', 'copy']
    : [...trimmed, '-c:a', container === 'webm' ? 'libopus' : 'aac', '-ac', '2', '-b:a', '128k'];
  const packets = [...(picture.includes('copy') ? colourNames(index) : []), ...lastLength(index)];
  const cpuSeconds = decodingSeconds(index.frameCount, index) + soundSeconds(index.duration, index.size);
  await writeVideo(
    [
      ...['-copyts', ...input(index.file, '-threads', String(threadsFor(index)), ...ONE_GRAPH)],
      ...[
        '-map',
        '0:V:0',
        '-map',
        '0:a:0?',
        '-sn',
        '-dn',
        '-map_metadata',
        '-1',
        ...picture,
        ...(packets.length > 0 ? ['-bsf:v', packets.join(',')] : []),
        ...sound,
      ],
      // Time 0 of the copy is time 0 of the video, plus two ticks so that rounding never makes it negative: an MP4's
      // edit list cuts off what lies before 0, and if the first frame is cut off, players show every later frame too
      // early.
      ...['-output_ts_offset', (HAIR - index.startTime).toFixed(6), '-max_muxing_queue_size', '4096'],
      ...(container === 'mp4' ? ['-video_track_timescale', String(TICKS)] : []),
      ...['-f', container, `file:${to}`],
    ],
    {
      signal,
      onProgress,
      duration: index.duration,
      failed: {
        message: say`A preview of this video could not be made.`,
        advice: say`Its frames can still be sampled.`,
      },
      cpuSeconds,
      limitSeconds: patience(cpuSeconds) + index.size / 5e6,
      memory: ffmpegMemory(index, index.hdr !== undefined),
    },
  );
}
