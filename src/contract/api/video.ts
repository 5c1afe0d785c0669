// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Item } from '../items';
import { Bytes, PreviewWay, SamplingPlan, Thumbnail, TimeRange, VideoInfo, VideoNote, Waveform } from '../media';
import { Project } from '../project';
import { ReadCues, SubtitleTrack, TextEncodingName } from '../subtitles';
import { ProgressInfo } from '../wire';
import { nothing, SourceId, type Calls } from './call';

const source = z.object({ source: SourceId });
/** `failed`: the way that the player has already tried without success. */
const preview = source.extend({ failed: PreviewWay.nullable() });

export const video = {
  'video.open': { owner: 'engine', request: source, event: ProgressInfo, answer: VideoInfo },
  'video.thumbnails': {
    owner: 'engine',
    request: source.extend({
      count: z.number().int().min(1).max(200),
      height: z.number().int().min(16).max(256),
      range: TimeRange.optional(),
    }),
    event: Thumbnail,
    answer: nothing,
  },
  'video.waveform': { owner: 'engine', request: source, event: z.never(), answer: Waveform },
  'video.sample': {
    owner: 'engine',
    request: source.extend({ plan: SamplingPlan }),
    event: ProgressInfo,
    answer: z.object({ items: z.array(Item), notes: z.array(VideoNote) }),
  },
  /**
   * The time at which each frame is shown, as float64 seconds in the machine's byte order. The player uses them to step
   * from frame to frame.
   */
  'video.frameTimes': { owner: 'engine', request: source, event: z.never(), answer: Bytes },
  /**
   * The times at which the frames of a plan are shown, without taking the frames. Not for the `scene` strategy, which
   * needs the pictures.
   */
  'video.plan': {
    owner: 'engine',
    request: source.extend({ plan: SamplingPlan }),
    event: z.never(),
    answer: z.object({ times: z.array(z.number()) }),
  },
  /** The ffmpeg command that extracts these frames. `places` are frame numbers in presentation order, from 0. */
  'video.command': {
    owner: 'engine',
    from: 'main',
    request: source.extend({ places: z.array(z.number().int().nonnegative()) }),
    answer: z.object({ command: z.string() }),
  },

  /** Makes the video playable in the window. The main process remembers the file of the copy. */
  'video.preview': {
    owner: 'main',
    request: preview,
    event: ProgressInfo,
    answer: z.object({ way: PreviewWay }),
  },
  /** Makes the playable copy. `file` is null if the video can be played as it is. */
  'preview.make': {
    owner: 'engine',
    from: 'main',
    request: preview,
    event: ProgressInfo,
    answer: z.object({ way: PreviewWay, file: z.string().min(1).nullable() }),
  },

  /** The subtitle tracks inside a video, in files beside it, and in files opened with it. */
  'video.subtitles': { owner: 'engine', request: source, event: z.never(), answer: z.array(SubtitleTrack) },
  'video.cues': {
    owner: 'engine',
    request: source.extend({ track: z.string().max(64), encoding: TextEncodingName.nullable() }),
    event: z.never(),
    answer: ReadCues,
  },
  /**
   * Asks the user for a subtitle file of a video. The opened file becomes the chosen one; closing the dialog changes
   * nothing.
   */
  'subtitles.pick': { owner: 'main', request: source, answer: Project },
} as const satisfies Calls;
