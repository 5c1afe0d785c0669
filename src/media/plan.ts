import type { SamplingPlan } from '../contract';
import { frameAtTime, type VideoIndex } from './video';

/** A plan that the index alone can carry out: where scenes change can only be seen in the pictures. */
export type IndexPlan = Exclude<SamplingPlan, { strategy: 'scene' }>;

/** `numpy.linspace(0, n - 1, count, dtype=int)`, bit for bit, for n >= 1: repeats places when count > n. */
export function linspaceIndices(n: number, count: number): number[] {
  if (n < 1 || count < 1) return [];
  if (count === 1) return [0];
  const step = (n - 1) / (count - 1);
  const places = Array.from({ length: count }, (_, i) => Math.floor(i * step));
  places[count - 1] = n - 1;
  return places;
}

/** Up to `count` of `n` frames, evenly spread, none twice. */
export function uniformFrames(n: number, count: number): number[] {
  return linspaceIndices(n, Math.min(n, count));
}

/** The ordinals of the frames a plan asks for, ascending, none twice. Never empty for a video that opened, unless asked for none. */
export function planFrames(index: VideoIndex, plan: IndexPlan): number[] {
  const n = index.frameCount;
  switch (plan.strategy) {
    case 'uniform': {
      if (!plan.range) return uniformFrames(n, plan.count);
      const first = frameAtTime(index, Math.min(plan.range.start, plan.range.end));
      const last = frameAtTime(index, Math.max(plan.range.start, plan.range.end));
      return uniformFrames(last - first + 1, plan.count).map((i) => first + i);
    }
    case 'rate': {
      // LLaVA's video loader: every round(fps / rate) frame, Python's round.
      const step = Math.max(1, roundHalfEven(index.averageFps / plan.perSecond) || 1);
      const places = Array.from({ length: Math.ceil(n / step) }, (_, i) => i * step);
      return places.length > plan.cap ? uniformFrames(n, plan.cap) : places;
    }
    case 'keyframes': {
      const { keyframes } = index.frames;
      if (keyframes.length === 0) return uniformFrames(n, Math.min(1, plan.cap));
      return uniformFrames(keyframes.length, plan.cap).map((i) => keyframes[i]!);
    }
    case 'at': {
      const places = plan.times.filter(Number.isFinite).map((time) => frameAtTime(index, time));
      return [...new Set(places)].sort((a, b) => a - b);
    }
  }
}

/** Python's `round`: a half goes to the even neighbour. */
export function roundHalfEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  if (rest !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
}
