// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Id } from './items';
import { TextEncodingName } from './subtitles';

/** Which subtitles of a video are used: `track` null is the first that is text. `sent`: also written beside its frames. `encoding` null: as it looks. */
export const SubtitleChoice = z.object({
  track: z.string().max(64).nullable().default(null),
  encoding: TextEncodingName.nullable().default(null),
  shown: z.boolean().default(true),
  sent: z.boolean().default(false),
});
export type SubtitleChoice = z.infer<typeof SubtitleChoice>;

/** Pictures of a pair after one another, or all of the one take before all of the other. */
export const Arrangement = z.enum(['alternate', 'grouped']);
export type Arrangement = z.infer<typeof Arrangement>;

/** Another video beside this one. Second t of this one goes with second `t + offset` of the other. */
export const Comparison = z.object({
  with: Id,
  offset: z.number().min(-86_400).max(86_400).default(0),
  arrange: Arrangement.default('alternate'),
});
export type Comparison = z.infer<typeof Comparison>;

/** What the user chose for a video. It is kept with the project; the file is never changed. */
export const VideoSetup = z.object({
  subtitles: SubtitleChoice.default(SubtitleChoice.parse({})),
  compare: Comparison.nullable().default(null),
});
export type VideoSetup = z.infer<typeof VideoSetup>;

export const NO_VIDEO_SETUP: VideoSetup = VideoSetup.parse({});
