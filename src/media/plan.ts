// SPDX-License-Identifier: Apache-2.0
import type { SamplingPlan } from '../contract';
import { denserFrames } from './denser';
import { holds, lengthOf, spread, stretchesOf, uniformFrames } from './stretches';
import { frameAtTime, type VideoIndex } from './video';

/** A plan that the index alone can carry out: where scenes change can only be seen in the pictures. */
export type IndexPlan = Exclude<SamplingPlan, { strategy: 'scene' }>;

/** The ordinals of the frames a plan asks for, ascending, none twice. Never empty for a video that opened, unless asked for none or for more where all are taken. */
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
      // LLaVA's video loader: every round(fps / rate) frame, Python's round. Each range as if it were a video of its own.
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

/** The frames on screen at some moments: ordinals, ascending, none twice. */
function placesAt(index: VideoIndex, times: readonly number[]): number[] {
  const places = times.filter(Number.isFinite).map((time) => frameAtTime(index, time));
  return [...new Set(places)].sort((a, b) => a - b);
}

/** Python's `round`: a half goes to the even neighbour. */
export function roundHalfEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  if (rest !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
}
