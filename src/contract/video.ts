// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Id } from './items';
import { TextEncodingName } from './subtitles';

/**
 * The subtitles that are used for a video. `track` null: the first text track. `sent`: also written before its frames.
 * `encoding` null: detected from the file.
 */
export const SubtitleChoice = z.object({
  track: z.string().max(64).nullable().default(null),
  encoding: TextEncodingName.nullable().default(null),
  shown: z.boolean().default(true),
  sent: z.boolean().default(false),
});
export type SubtitleChoice = z.infer<typeof SubtitleChoice>;

/**
 * The order of two takes: the pictures of each pair one after the other, or all of one take before all of the other.
 */
export const Arrangement = z.enum(['alternate', 'grouped']);
export type Arrangement = z.infer<typeof Arrangement>;

/** Another video compared with this one. Second t of this video corresponds to second `t + offset` of the other. */
export const Comparison = z.object({
  with: Id,
  offset: z.number().min(-86_400).max(86_400).default(0),
  arrange: Arrangement.default('alternate'),
});
export type Comparison = z.infer<typeof Comparison>;

/** The user's settings for a video. They are saved with the project; the file is never changed. */
export const VideoSetup = z.object({
  subtitles: SubtitleChoice.default(SubtitleChoice.parse({})),
  compare: Comparison.nullable().default(null),
});
export type VideoSetup = z.infer<typeof VideoSetup>;

export const NO_VIDEO_SETUP: VideoSetup = VideoSetup.parse({});
