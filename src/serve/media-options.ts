// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { AskedStrategy, say, Seed, type AskedStrategy as Strategy, type SamplingPlan } from '../contract';
import { badField } from './refusal';

/** The most pictures of one question, and of one video or scene. */
export const MOST_PICTURES = 512;

const count = z.number().int().min(1).max(MOST_PICTURES);
const seconds = z.number().nonnegative();

/** How frames of a video are chosen, as a request says it. */
export const VideoOptions = z.object({
  frames: count
    .optional()
    .describe('How many frames. Default 16; for rate and keyframes the most frames, default 512.'),
  strategy: z
    .enum(['uniform', 'rate', 'keyframes', 'scene', 'at'])
    .optional()
    .describe(
      'uniform: evenly spaced (default). rate: so many a second (fps). keyframes. scene: where the picture changes most. at: the frames on screen at the given times.',
    ),
  fps: z.number().positive().max(1000).optional().describe('Frames a second, for the strategy rate.'),
  times: z.array(seconds).min(1).max(MOST_PICTURES).optional().describe('Seconds from the start, for the strategy at.'),
  start: seconds.optional().describe('Take frames from this second on.'),
  end: seconds.optional().describe('Take frames up to this second.'),
});
export type VideoOptions = z.infer<typeof VideoOptions>;

/** How views of a 3D scene are chosen, as a request says it. */
export const SceneOptions = z.object({
  views: count.optional().describe('How many views; default 8.'),
  strategy: z
    .enum(AskedStrategy.exclude(['file']).options)
    .optional()
    .describe(
      'How the cameras are placed. Default: coverage (the views that together show most) in a room, else ring (around it).',
    ),
  size: z.number().int().min(16).max(4096).optional().describe('Pixels of a side; default 768.'),
  seed: Seed.optional().describe('The seed of random places; default 0.'),
});
export type SceneOptions = z.infer<typeof SceneOptions>;

/** The most frames that a video may give if its request names none. */
const USUAL_FRAMES = 16;

/** The plan of these options. @param field where they stand, for errors. @throws Refusal if they contradict. */
export function planOf({ frames, strategy, fps, times, start, end }: VideoOptions, field: string): SamplingPlan {
  const asked = strategy ?? (times !== undefined ? 'at' : fps !== undefined ? 'rate' : 'uniform');
  const ranged = start !== undefined || end !== undefined;
  if (times !== undefined && asked !== 'at')
    throw badField(`${field}.times`, say`"times" goes with the strategy "at".`, say`Leave out one of the two.`);
  if (fps !== undefined && asked !== 'rate')
    throw badField(`${field}.fps`, say`"fps" goes with the strategy "rate".`, say`Leave out one of the two.`);
  if (ranged && (end ?? Infinity) <= (start ?? 0))
    throw badField(`${field}.end`, say`"end" is not after "start".`, say`Give both in seconds from the start.`);
  const ranges = ranged ? [{ start: start ?? 0, end: end ?? Number.MAX_SAFE_INTEGER }] : undefined;
  if (asked === 'at') {
    if (times === undefined || ranged || frames !== undefined)
      throw badField(
        `${field}.times`,
        say`The strategy "at" takes "times", and nothing besides.`,
        say`Give the times in seconds from the start.`,
      );
    return { strategy: 'at', times };
  }
  if (asked === 'rate') {
    if (fps === undefined)
      throw badField(`${field}.fps`, say`The strategy "rate" takes "fps".`, say`Give the frames a second.`);
    return { strategy: 'rate', perSecond: fps, cap: frames ?? MOST_PICTURES, ranges };
  }
  if (asked === 'keyframes') return { strategy: 'keyframes', cap: frames ?? MOST_PICTURES, ranges };
  if (asked === 'scene') return { strategy: 'scene', cap: frames ?? USUAL_FRAMES, ranges };
  return { strategy: 'uniform', count: frames ?? USUAL_FRAMES, ranges };
}

/** How views are to be captured. `strategy` null: chosen by the kind of scene. */
export interface ViewJob {
  strategy: Exclude<Strategy, 'file'> | null;
  count: number;
  /** Pixels of a side. */
  size: number;
  seed: number;
}

export const viewJobOf = ({ views, strategy, size, seed }: SceneOptions): ViewJob => ({
  strategy: strategy ?? null,
  count: views ?? 8,
  size: size ?? 768,
  seed: seed ?? 0,
});
