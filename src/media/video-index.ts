// SPDX-License-Identifier: Apache-2.0
import type { ColourMatrix, VideoNote } from '../contract';
import type { Fields } from './decode';
import type { FileStamp } from './file';
import type { FrameTable } from './packets';
import type { StreamInfo } from './streaminfo';

/** All that is known about a video, from one reading of its packets. Plain data: can be sent between processes. */
export interface VideoIndex extends FileStamp {
  path: string;
  /** What ffmpeg reads: the file itself, or a lossless copy if ffmpeg cannot read the file. */
  file: string;
  container: string;
  codec: string;
  /** How pixels are stored: `yuv420p`, ...; empty if unknown. */
  pixels: string;
  /** Its alpha is stored as a second picture beside each, which few decoders read. */
  alphaBeside?: true;
  /** As shown, rotation applied, not stretched by `sar`; every frame read has this size unless the stream changes it. */
  width: number;
  height: number;
  /** Degrees clockwise already applied. */
  rotation: number;
  /** Width of a pixel over its height. */
  sar: number;
  hdr?: 'PQ' | 'HLG';
  /** The YUV matrix that is assumed; absent if the file or its codec names one, or if its pictures are RGB or grey. */
  assumedMatrix?: ColourMatrix;
  /** The matrix that a player must be told, because it would use another one. */
  unheededMatrix?: ColourMatrix;
  hasAudio: boolean;
  /** Codec of the first audio stream; empty if there is none. */
  sound: string;
  subtitles: StreamInfo['subtitles'];
  frameCount: number;
  /** Seconds from the start to the end of the last frame; 0 for a single frame of unknown length. */
  duration: number;
  /** Frames per second over the whole length; 0 for a single frame. */
  averageFps: number;
  /** Seconds on the file's own clock at which the first frame is shown; `time` 0 stands for it. */
  startTime: number;
  /** Seconds of sound before the first frame. */
  lead: number;
  /** Set if it is coded field by field: each frame is woven from two pictures of half its height. */
  fields?: Fields;
  frames: FrameTable;
  /** `seek`: any frame can be decoded from its keyframe. `pass`: only by decoding from the start. */
  access: 'seek' | 'pass';
  notes: VideoNote[];
}

/** A frame: its place in the video and when it is shown. */
export interface FrameInfo {
  /** Ordinal in the order shown, from 0. */
  index: number;
  /** Ticks of `frames.timeBase`, on the file's own clock. */
  pts: number;
  /** Seconds since the video's start. */
  time: number;
  keyframe: boolean;
}

/** Frame `i` of a video. @throws RangeError outside 0..frameCount-1. */
export function frameAt(index: VideoIndex, i: number): FrameInfo {
  const pts = index.frames.pts[i];
  if (pts === undefined) throw new RangeError(`the video has no frame ${i}`);
  return { index: i, pts, time: timeOf(index, pts), keyframe: index.frames.keyframes[keyframeRank(index, i)] === i };
}

/** The frame on screen at `seconds`: the last one that began by then; before the start, the first. */
export function frameAtTime(index: VideoIndex, seconds: number): number {
  // A time rounded to microseconds must still find its own frame.
  const after = firstAfter(index.frameCount, (i) => timeOf(index, index.frames.pts[i]!) > seconds + 1e-6);
  return Math.max(0, after - 1);
}

/** The frame whose time, in ticks, is nearest. */
export function nearestFrame(index: VideoIndex, ticks: number): number {
  const { pts } = index.frames;
  const after = firstAfter(pts.length, (i) => pts[i]! > ticks);
  return after > 0 && (after === pts.length || ticks - pts[after - 1]! <= pts[after]! - ticks) ? after - 1 : after;
}

/** The frame where decoding must start for frame `i`: the last keyframe at or before it, or the first frame of all. */
export function keyframeBefore(index: VideoIndex, i: number): number {
  return index.frames.keyframes[keyframeRank(index, i)] ?? 0;
}

/** Which keyframe is the last at or before frame `i`; -1 if none. */
function keyframeRank(index: VideoIndex, i: number): number {
  const { keyframes } = index.frames;
  return firstAfter(keyframes.length, (k) => keyframes[k]! > i) - 1;
}

function timeOf(index: VideoIndex, pts: number): number {
  const [num, den] = index.frames.timeBase;
  return Math.max(0, Math.round(((pts * num) / den - index.startTime) * 1e6) / 1e6);
}

/** The smallest of 0..n-1 for which a monotonic condition holds, else n. */
function firstAfter(n: number, holds: (i: number) => boolean): number {
  let lo = 0;
  let hi = n;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (holds(mid)) hi = mid;
    else lo = mid + 1;
  }
  return lo;
}
