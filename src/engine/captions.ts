// SPDX-License-Identifier: Apache-2.0
import { rectangleText, takeOf, type Composition, type Cue, type Item } from '../contract';
import { cueText, type Caption } from '../sequence';

/**
 * Describes in words where a picture came from. This is the last place that distinguishes frames, views and
 * photographs.
 */

/** @param cuesOf returns the cues of a video by its source's id. */
export function captionOf(
  item: Item,
  { frameTimes, segmentLabels }: Pick<Composition['captions'], 'frameTimes' | 'segmentLabels'>,
  cuesOf: (source: string) => readonly Cue[],
): Caption {
  const { origin } = item;
  const take = takeOf(item);
  if (origin.kind !== 'frame') return { take };
  return {
    take,
    video: JSON.stringify([origin.source.id, take]),
    name: segmentLabels ? origin.label : undefined,
    time: frameTimes ? origin.time : undefined,
    duration: origin.duration,
    said: cueText(cuesOf(origin.source.id), origin.time),
  };
}

/**
 * A part of the file name of an exported picture: for a frame, its number and time in the video; for a crop, its
 * rectangle.
 */
export function fileMark({ origin }: Item): string {
  if (origin.kind === 'frame') return `-f${String(origin.index).padStart(6, '0')}-${origin.time.toFixed(3)}s`;
  if (origin.kind === 'view') return '-view';
  return origin.crop ? `-xywh-${rectangleText(origin.crop).replaceAll(',', '-')}` : '';
}
