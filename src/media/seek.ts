// SPDX-License-Identifier: Apache-2.0
import { keyframeBefore, type VideoIndex } from './video-index';

/**
 * How to reach frames, from the cheapest to the most reliable: from their keyframe, from well before it, from the
 * start.
 */
export const WAYS = ['seek', 'preroll', 'pass'] as const;
export type Way = (typeof WAYS)[number];

/**
 * How many seconds earlier to begin when a first try returned too little; always used for MPEG-TS, where seeking is
 * imprecise.
 */
export const PREROLL = 5;

/** The way to try first with a video. */
export const firstWay = (index: VideoIndex): Way =>
  index.access === 'pass' ? 'pass' : /mpegts/.test(index.container) ? 'preroll' : 'seek';

/** Seconds on the file's own clock to seek to for ascending frames; undefined is the start of the file. */
export function seekPoint(index: VideoIndex, group: readonly number[], way: 'seek' | 'preroll'): number | undefined {
  const { pts, timeBase } = index.frames;
  const tick = timeBase[0] / timeBase[1];
  const first = group[0]!;
  const key = keyframeBefore(index, first);
  if (key === 0) return undefined;
  if (way === 'preroll') {
    const early = pts[key]! * tick - PREROLL;
    return early > pts[0]! * tick ? early : undefined;
  }
  // Between the frame before and the wanted one, so that rounding cannot reach another frame.
  return (pts[first]! - (pts[first]! - pts[first - 1]!) / 2) * tick;
}

/** How many frames are decoded at most to reach these (ascending) frames this way. */
export function framesAhead(index: VideoIndex, group: readonly number[], way: Way): number {
  const last = group.at(-1) ?? 0;
  if (way === 'pass') return last + 1;
  return last + 1 - keyframeBefore(index, group[0] ?? 0) + Math.ceil(Math.min(index.averageFps, 1000) * PREROLL);
}
