// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Id } from './items';
import { Sentence } from './wire';

/** A remark on a video that can be used nevertheless. */
export const VideoNote = z.object({
  kind: z.enum([
    'incomplete',
    'readable-until',
    'frames-skipped',
    'nearest-taken',
    'slow-access',
    'tone-mapped',
    'hdr-unmapped',
    'alpha-dropped',
    'no-cuts',
    'past-end',
  ]),
  /** One plain sentence. */
  text: Sentence,
});
export type VideoNote = z.infer<typeof VideoNote>;

/** What the window shows about a video after its packets are indexed. Times are seconds from the first frame. */
export const VideoInfo = z.object({
  frameCount: z.number().int(),
  duration: z.number(),
  width: z.number().int(),
  height: z.number().int(),
  fps: z.number(),
  /** The file's own clock at time 0, in seconds. A player that plays the file itself counts from there. */
  startTime: z.number(),
  codec: z.string(),
  hasAudio: z.boolean(),
  notes: z.array(VideoNote),
});
export type VideoInfo = z.infer<typeof VideoInfo>;

/**
 * How the window plays a video: the file itself, its streams in another container, or a small copy. Sampled frames
 * always come from the file.
 */
/** `copy`: the packets as they are, from a keyframe. `exact`: encoded anew, with exact ends. */
export const CutWay = z.enum(['copy', 'exact']);
export type CutWay = z.infer<typeof CutWay>;

export const PreviewWay = z.enum(['original', 'repackaged', 'low']);
export type PreviewWay = z.infer<typeof PreviewWay>;

const seconds = z.number();
export const TimeRange = z.object({ start: seconds, end: seconds });
export type TimeRange = z.infer<typeof TimeRange>;

export const RangeLabel = z.string().max(80);

/** A range of a video that the user marked, in seconds. Ranges of one video do not overlap; they may touch. */
export const VideoRange = z.object({
  id: Id,
  start: seconds.nonnegative(),
  end: seconds.nonnegative(),
  /** Empty while it has no name. */
  label: RangeLabel,
  /** Whether frames are taken from this range. */
  chosen: z.boolean(),
});
export type VideoRange = z.infer<typeof VideoRange>;
export const VideoRanges = z.array(VideoRange).max(256);

/**
 * Take frames only from these ranges together. The frames on screen at the start and at the end of a range belong to
 * it. Absent: the whole video.
 */
const ranges = z.array(TimeRange).max(256).optional();
const frames = z.number().int().min(1).max(512);

/** Which frames to take. `cap` is the largest number of frames that a plan may yield. */
export const SamplingPlan = z.discriminatedUnion('strategy', [
  z.object({ strategy: z.literal('uniform'), count: frames, ranges }),
  z.object({ strategy: z.literal('rate'), perSecond: z.number().positive(), cap: frames, ranges }),
  z.object({ strategy: z.literal('keyframes'), cap: frames, ranges }),
  /** Frames where the picture changes most, and at least the first frame of each range. */
  z.object({ strategy: z.literal('scene'), cap: frames, ranges }),
  /**
   * More frames where some were taken already, at `times`. Afterwards the range holds `factor` times as many frames, at
   * most `most`. Only the new frames are returned.
   */
  z.object({
    strategy: z.literal('denser'),
    times: z.array(seconds).max(20_000),
    range: TimeRange,
    factor: z.number().int().min(2).max(16),
    most: z.number().int().min(0).max(512),
  }),
  z.object({ strategy: z.literal('at'), times: z.array(seconds).min(1).max(512) }),
]);
export type SamplingPlan = z.infer<typeof SamplingPlan>;

/** The file format of exported pictures: lossless, or JPEG. `quality` is JPEG's, 1 to 100. */
export const ExportFormat = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('png') }),
  z.object({ kind: z.literal('jpeg'), quality: z.number().int().min(1).max(100) }),
]);
export type ExportFormat = z.infer<typeof ExportFormat>;

/** Raw bytes. Zod's own `instanceof` would accept only one type of underlying buffer. */
export const Bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

/** Loudness of the sound: `perSecond` bytes per second from time 0; empty without sound. */
export const Waveform = z.object({ perSecond: z.number().positive(), peaks: Bytes });
export type Waveform = z.infer<typeof Waveform>;

export const Thumbnail = z.object({ time: z.number(), jpeg: Bytes });
export type Thumbnail = z.infer<typeof Thumbnail>;
