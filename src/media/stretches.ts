// SPDX-License-Identifier: Apache-2.0
import type { TimeRange } from '../contract';
import { frameAtTime, type VideoIndex } from './video';

/** Frames that follow one another: ordinals, both ends included. */
export interface Stretch {
  first: number;
  last: number;
}

export const lengthOf = ({ first, last }: Stretch): number => last - first + 1;
export const holds = ({ first, last }: Stretch, place: number): boolean => place >= first && place <= last;

/**
 * The frames of some ranges of a video as stretches: ascending, disjoint, each frame in one of them. The frames on
 * screen at both ends of a range belong to it, and its ends may be given in either order. No ranges: the whole video.
 */
export function stretchesOf(index: VideoIndex, ranges: readonly TimeRange[] = []): Stretch[] {
  if (ranges.length === 0) return index.frameCount > 0 ? [{ first: 0, last: index.frameCount - 1 }] : [];
  const parts = ranges.map(({ start, end }) => ({
    first: frameAtTime(index, Math.min(start, end)),
    last: frameAtTime(index, Math.max(start, end)),
  }));
  return joined(parts);
}

/** The same frames with overlapping or adjacent stretches merged. */
export function joined(stretches: readonly Stretch[]): Stretch[] {
  const apart: Stretch[] = [];
  for (const { first, last } of [...stretches].sort((a, b) => a.first - b.first)) {
    const before = apart.at(-1);
    if (before && first <= before.last + 1) before.last = Math.max(before.last, last);
    else apart.push({ first, last });
  }
  return apart;
}

export const frameTotal = (stretches: readonly Stretch[]): number =>
  stretches.reduce((sum, part) => sum + lengthOf(part), 0);

/** Up to `count` frames of the stretches, evenly spread as if the frames between the stretches did not exist. */
export function spread(stretches: readonly Stretch[], count: number): number[] {
  let passed = 0;
  let at = 0;
  return uniformFrames(frameTotal(stretches), count).map((k) => {
    while (k - passed >= lengthOf(stretches[at]!)) passed += lengthOf(stretches[at++]!);
    return stretches[at]!.first + k - passed;
  });
}

/** `numpy.linspace(0, n - 1, count, dtype=int)`, bit for bit, for n >= 1; has duplicates if count > n. */
export function linspaceIndices(n: number, count: number): number[] {
  if (n < 1 || count < 1) return [];
  if (count === 1) return [0];
  const step = (n - 1) / (count - 1);
  const places = Array.from({ length: count }, (_, i) => Math.floor(i * step));
  places[count - 1] = n - 1;
  return places;
}

/** Up to `count` of `n` frames, evenly spread, without duplicates. */
export function uniformFrames(n: number, count: number): number[] {
  return linspaceIndices(n, Math.min(n, count));
}
