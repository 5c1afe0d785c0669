// SPDX-License-Identifier: Apache-2.0
import type { Item, VideoRange, TimeRange } from '../../contract';
import { make } from './history';
import { get } from './store';
import { note } from './video-facts';

/** Editing the ranges of one video. Lists are in time order without overlaps; every function preserves that. */

/** Minimum length of a range in seconds: about one frame. */
const SHORTEST = 0.02;

/** The range that contains a moment; where two ranges touch, the later one. */
export const rangeAt = (ranges: readonly VideoRange[], time: number): VideoRange | undefined =>
  ranges.findLast(({ start, end }) => time >= start && time <= end);

/** The gap between ranges that contains a moment; null inside a range. */
function gapAt(ranges: readonly VideoRange[], time: number, duration: number): { start: number; end: number } | null {
  if (ranges.some(({ start, end }) => time > start && time < end)) return null;
  const start = ranges.findLast((range) => range.end <= time)?.end ?? 0;
  const end = ranges.find((range) => range.start >= time)?.start ?? duration;
  return { start, end };
}

const added = (ranges: readonly VideoRange[], range: VideoRange): VideoRange[] =>
  [...ranges, range].sort((a, b) => a.start - b.start);

const changed = (ranges: readonly VideoRange[], id: string, change: Partial<VideoRange>): VideoRange[] =>
  ranges.map((range) => (range.id === id ? { ...range, ...change } : range));

/**
 * The keys I and O. Inside a range they move its start or end to this moment. Outside they create a range: from this
 * moment to the next range (I), or from the previous range to this moment (O).
 * @returns the list and the changed range; null if the range would be too short.
 */
export function marked(
  ranges: readonly VideoRange[],
  edge: 'in' | 'out',
  time: number,
  duration: number,
  id: string,
): { ranges: VideoRange[]; id: string } | null {
  const inside = ranges.find(({ start, end }) => time > start && time < end);
  if (inside) {
    const moved = movedEdge(ranges, inside.id, edge === 'in' ? 'start' : 'end', time, duration);
    return { ranges: moved, id: inside.id };
  }
  const gap = gapAt(ranges, time, duration);
  if (!gap) return null;
  const [start, end] = edge === 'in' ? [time, gap.end] : [gap.start, time];
  if (end - start < SHORTEST) return null;
  return { ranges: added(ranges, { id, start, end, label: '', chosen: true }), id };
}

/** A range dragged from one moment to another, in either order, limited to the gap between ranges. */
export function drawn(
  ranges: readonly VideoRange[],
  from: number,
  to: number,
  duration: number,
  id: string,
): VideoRange[] | null {
  const gap = gapAt(ranges, from, duration);
  if (!gap) return null;
  const [start, end] = [Math.max(gap.start, Math.min(from, to)), Math.min(gap.end, Math.max(from, to))];
  return end - start < SHORTEST ? null : added(ranges, { id, start, end, label: '', chosen: true });
}

/** Moves one end of a range, limited by its other end and its neighbours. */
export function movedEdge(
  ranges: readonly VideoRange[],
  id: string,
  edge: 'start' | 'end',
  to: number,
  duration: number,
): VideoRange[] {
  const at = ranges.findIndex((range) => range.id === id);
  const range = ranges[at];
  if (!range) return [...ranges];
  const low = edge === 'start' ? (ranges[at - 1]?.end ?? 0) : range.start + SHORTEST;
  const high = edge === 'start' ? range.end - SHORTEST : (ranges[at + 1]?.start ?? duration);
  return high < low ? [...ranges] : changed(ranges, id, { [edge]: Math.max(low, Math.min(high, to)) });
}

export const renamed = (ranges: readonly VideoRange[], id: string, label: string): VideoRange[] =>
  changed(ranges, id, { label });
export const choosing = (ranges: readonly VideoRange[], id: string, chosen: boolean): VideoRange[] =>
  changed(ranges, id, { chosen });

/** The stretches outside the chosen ranges, for the timeline to dim; none if no range is chosen. */
export function outside(
  ranges: readonly Pick<VideoRange, 'start' | 'end' | 'chosen'>[],
  duration: number,
): { start: number; end: number }[] {
  const chosen = ranges.filter((range) => range.chosen);
  if (chosen.length === 0) return [];
  const starts = [0, ...chosen.map(({ end }) => end)];
  const ends = [...chosen.map(({ start }) => start), duration];
  return starts.map((start, k) => ({ start, end: ends[k]! })).filter(({ start, end }) => end > start);
}

/**
 * The tray with the frames of a video named after the ranges they lie in. `frame`: duration of a frame in seconds; the
 * frame on screen at the start of a range may have started a little earlier.
 */
export function labelled(tray: Item[], source: string, ranges: readonly VideoRange[], frame: number): Item[] {
  let same = true;
  const items = tray.map((item): Item => {
    const { origin } = item;
    if (origin.kind !== 'frame' || origin.source.id !== source) return item;
    const home =
      rangeAt(ranges, origin.time) ??
      ranges.find(({ start, end }) => origin.time > start - frame && origin.time <= end);
    const label = home?.label || undefined;
    if (label === origin.label) return item;
    same = false;
    const { label: _old, ...rest } = origin;
    return { ...item, origin: label === undefined ? rest : { ...rest, label } };
  });
  return same ? tray : items;
}

const NONE: readonly VideoRange[] = [];
const lengthOf = (source: string): number => get().videos[source]?.info?.duration ?? 0;
/** Duration of a frame, seconds. */
const frameOf = (source: string): number => 1 / (get().videos[source]?.info?.fps || 25);

/** The ranges of a video. Returns the same list until one of them changes. */
export const rangesOf = (source: string) => get().project.segments[source] ?? NONE;

/** Every change of ranges goes through here: it is saved and undoable, and the frames in the tray are renamed. */
function setRanges(source: string, ranges: readonly VideoRange[]): void {
  const { project } = get();
  make({
    segments: { ...project.segments, [source]: [...ranges] },
    tray: labelled(project.tray, source, ranges, frameOf(source)),
  });
}

/** Handles the keys I and O. */
export function markEdge(source: string, edge: 'in' | 'out', time: number): void {
  const done = marked(rangesOf(source), edge, time, lengthOf(source), crypto.randomUUID());
  if (!done) return;
  setRanges(source, done.ranges);
  note(source, { range: done.id });
}

/** Adds a range dragged on the timeline, in either direction; it ends where another range begins. */
export function drawRange(source: string, from: number, to: number): void {
  const id = crypto.randomUUID();
  const ranges = drawn(rangesOf(source), from, to, lengthOf(source), id);
  if (!ranges) return;
  setRanges(source, ranges);
  note(source, { range: id });
}

export const moveEdge = (source: string, id: string, edge: 'start' | 'end', to: number): void =>
  setRanges(source, movedEdge(rangesOf(source), id, edge, to, lengthOf(source)));

export function renameRange(source: string, id: string, label: string): void {
  const old = rangesOf(source).find((range) => range.id === id);
  if (old && old.label !== label) setRanges(source, renamed(rangesOf(source), id, label));
}

export const chooseRange = (source: string, id: string, chosen: boolean): void =>
  setRanges(source, choosing(rangesOf(source), id, chosen));

export function removeRange(source: string, id: string): void {
  setRanges(
    source,
    rangesOf(source).filter((range) => range.id !== id),
  );
}

export const clearRanges = (source: string): void => setRanges(source, []);
export const pointAtRange = (source: string, range: string | null): void => note(source, { range: range });

/** Where an end of a range would be placed, to show it while it is dragged. */
export const edgeAt = (source: string, id: string, edge: 'start' | 'end', to: number): number =>
  movedEdge(rangesOf(source), id, edge, to, lengthOf(source)).find((range) => range.id === id)?.[edge] ?? to;

/** The chosen ranges for a sampling plan. Without any, the plan covers the whole video. */
export function chosenRanges(source: string): { ranges?: TimeRange[] } {
  const chosen = rangesOf(source).filter((range) => range.chosen);
  return chosen.length > 0 ? { ranges: chosen.map(({ start, end }) => ({ start, end })) } : {};
}

/** The frames of a video with the names of the ranges they lie in. */
export const named = (source: string, items: Item[]): Item[] =>
  labelled(items, source, rangesOf(source), frameOf(source));
