// SPDX-License-Identifier: Apache-2.0
import type { SamplingPlan } from '../contract';
import { denserFrames } from './denser';
import { holds, lengthOf, spread, stretchesOf, uniformFrames } from './stretches';
import { frameAtTime, type VideoIndex } from './video';

/** A plan for which the index is enough: scene changes can only be found in the pictures. */
export type IndexPlan = Exclude<SamplingPlan, { strategy: 'scene' }>;

/**
 * The ordinals of the frames that a plan selects, ascending, without duplicates. Empty only if the plan asks for no
 * frames, or for more where all are taken.
 */
export function planFrames(index: VideoIndex, plan: IndexPlan): number[] {
  if (plan.strategy === 'at') return placesAt(index, plan.times);
  if (plan.strategy === 'denser') {
    const [stretch] = stretchesOf(index, [plan.range]);
    if (!stretch) return [];
    return denserFrames(placesAt(index, plan.times), { stretch, factor: plan.factor }, plan.most).sort((a, b) => a - b);
  }
  const stretches = stretchesOf(index, plan.ranges);
  switch (plan.strategy) {
    case 'uniform':
      return spread(stretches, plan.count);
    case 'rate': {
      // As LLaVA's video loader: every round(fps / rate) frame, with Python's round. Each range is treated as a video
      // of its own.
      const step = Math.max(1, roundHalfEven(index.averageFps / plan.perSecond) || 1);
      const count = stretches.reduce((sum, stretch) => sum + Math.ceil(lengthOf(stretch) / step), 0);
      if (count > plan.cap) return spread(stretches, plan.cap);
      return stretches.flatMap((stretch) =>
        Array.from({ length: Math.ceil(lengthOf(stretch) / step) }, (_, i) => stretch.first + i * step),
      );
    }
    case 'keyframes': {
      const keyframes = Array.from(index.frames.keyframes).filter((place) =>
        stretches.some((stretch) => holds(stretch, place)),
      );
      if (keyframes.length === 0) return spread(stretches, Math.min(1, plan.cap));
      return uniformFrames(keyframes.length, plan.cap).map((i) => keyframes[i]!);
    }
  }
}

/** The frames on screen at these times: ordinals, ascending, without duplicates. */
function placesAt(index: VideoIndex, times: readonly number[]): number[] {
  const places = times.filter(Number.isFinite).map((time) => frameAtTime(index, time));
  return [...new Set(places)].sort((a, b) => a - b);
}

/** Python's `round`: a half is rounded to the even neighbour. */
export function roundHalfEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  if (rest !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
}
