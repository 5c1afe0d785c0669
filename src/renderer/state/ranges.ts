import type { Item, Segment, TimeRange } from '../../contract';
import { make } from './history';
import { get } from './store';
import { note } from './video-facts';

/** Editing the parts of one video. Lists are in time order and their parts do not overlap; every function keeps that. */

/** The shortest part, in seconds: about one frame. */
const SHORTEST = 0.02;

/** The part that a moment lies in; where two parts touch, the later one. */
export const segmentAt = (segments: readonly Segment[], time: number): Segment | undefined =>
  segments.findLast(({ start, end }) => time >= start && time <= end);

/** The room between parts that a moment lies in; null inside a part. */
function gapAt(segments: readonly Segment[], time: number, duration: number): { start: number; end: number } | null {
  if (segments.some(({ start, end }) => time > start && time < end)) return null;
  const start = segments.findLast((segment) => segment.end <= time)?.end ?? 0;
  const end = segments.find((segment) => segment.start >= time)?.start ?? duration;
  return { start, end };
}

const added = (segments: readonly Segment[], segment: Segment): Segment[] =>
  [...segments, segment].sort((a, b) => a.start - b.start);

const changed = (segments: readonly Segment[], id: string, change: Partial<Segment>): Segment[] =>
  segments.map((segment) => (segment.id === id ? { ...segment, ...change } : segment));

/**
 * What I and O do at a moment: inside a part they move its beginning or its end there; outside they make a part, from
 * there to the next one (I), or from the one before to there (O).
 * @returns the list and the part it is about; null where there would be nothing of it.
 */
export function marked(
  segments: readonly Segment[],
  edge: 'in' | 'out',
  time: number,
  duration: number,
  id: string,
): { segments: Segment[]; id: string } | null {
  const inside = segments.find(({ start, end }) => time > start && time < end);
  if (inside) {
    const moved = movedEdge(segments, inside.id, edge === 'in' ? 'start' : 'end', time, duration);
    return { segments: moved, id: inside.id };
  }
  const gap = gapAt(segments, time, duration);
  if (!gap) return null;
  const [start, end] = edge === 'in' ? [time, gap.end] : [gap.start, time];
  if (end - start < SHORTEST) return null;
  return { segments: added(segments, { id, start, end, label: '', chosen: true }), id };
}

/** A part drawn from one moment to another, in either order: as much of it as the room between parts lets it be. */
export function drawn(
  segments: readonly Segment[],
  from: number,
  to: number,
  duration: number,
  id: string,
): Segment[] | null {
  const gap = gapAt(segments, from, duration);
  if (!gap) return null;
  const [start, end] = [Math.max(gap.start, Math.min(from, to)), Math.min(gap.end, Math.max(from, to))];
  return end - start < SHORTEST ? null : added(segments, { id, start, end, label: '', chosen: true });
}

/** Moves one end of a part, as far as its other end and its neighbours let it. */
export function movedEdge(
  segments: readonly Segment[],
  id: string,
  edge: 'start' | 'end',
  to: number,
  duration: number,
): Segment[] {
  const at = segments.findIndex((segment) => segment.id === id);
  const segment = segments[at];
  if (!segment) return [...segments];
  const low = edge === 'start' ? (segments[at - 1]?.end ?? 0) : segment.start + SHORTEST;
  const high = edge === 'start' ? segment.end - SHORTEST : (segments[at + 1]?.start ?? duration);
  return high < low ? [...segments] : changed(segments, id, { [edge]: Math.max(low, Math.min(high, to)) });
}

export const renamed = (segments: readonly Segment[], id: string, label: string): Segment[] =>
  changed(segments, id, { label });
export const choosing = (segments: readonly Segment[], id: string, chosen: boolean): Segment[] =>
  changed(segments, id, { chosen });

/** What lies outside the chosen parts, for a timeline to dim: nothing when no part is chosen. */
export function outside(
  segments: readonly Pick<Segment, 'start' | 'end' | 'chosen'>[],
  duration: number,
): { start: number; end: number }[] {
  const chosen = segments.filter((segment) => segment.chosen);
  if (chosen.length === 0) return [];
  const starts = [0, ...chosen.map(({ end }) => end)];
  const ends = [...chosen.map(({ start }) => start), duration];
  return starts.map((start, k) => ({ start, end: ends[k]! })).filter(({ start, end }) => end > start);
}

/**
 * The tray with the frames of a video named after the parts they lie in. `frame`: how long one is shown; the frame on
 * screen where a part begins may have come up a little before.
 */
export function labelled(tray: Item[], source: string, segments: readonly Segment[], frame: number): Item[] {
  let same = true;
  const items = tray.map((item): Item => {
    const { origin } = item;
    if (origin.kind !== 'frame' || origin.source.id !== source) return item;
    const home =
      segmentAt(segments, origin.time) ??
      segments.find(({ start, end }) => origin.time > start - frame && origin.time <= end);
    const label = home?.label || undefined;
    if (label === origin.label) return item;
    same = false;
    const { label: _old, ...rest } = origin;
    return { ...item, origin: label === undefined ? rest : { ...rest, label } };
  });
  return same ? tray : items;
}

const NONE: readonly Segment[] = [];
const lengthOf = (source: string): number => get().videos[source]?.info?.duration ?? 0;
/** How long a frame is shown, in seconds. */
const frameOf = (source: string): number => 1 / (get().videos[source]?.info?.fps || 25);

/** The parts of a video; the same list until one of them changes. */
export const segmentsOf = (source: string) => get().project.segments[source] ?? NONE;

/** Every change of parts goes through here: saved, undone, and the frames in the tray named after it. */
function setSegments(source: string, segments: readonly Segment[]): void {
  const { project } = get();
  make({
    segments: { ...project.segments, [source]: [...segments] },
    tray: labelled(project.tray, source, segments, frameOf(source)),
  });
}

/** I and O. */
export function markEdge(source: string, edge: 'in' | 'out', time: number): void {
  const done = marked(segmentsOf(source), edge, time, lengthOf(source), crypto.randomUUID());
  if (!done) return;
  setSegments(source, done.segments);
  note(source, { segment: done.id });
}

/** A part drawn on the timeline, from one moment to another in either order; it ends where another part is. */
export function drawSegment(source: string, from: number, to: number): void {
  const id = crypto.randomUUID();
  const segments = drawn(segmentsOf(source), from, to, lengthOf(source), id);
  if (!segments) return;
  setSegments(source, segments);
  note(source, { segment: id });
}

export const moveEdge = (source: string, id: string, edge: 'start' | 'end', to: number): void =>
  setSegments(source, movedEdge(segmentsOf(source), id, edge, to, lengthOf(source)));

export function renameSegment(source: string, id: string, label: string): void {
  const old = segmentsOf(source).find((segment) => segment.id === id);
  if (old && old.label !== label) setSegments(source, renamed(segmentsOf(source), id, label));
}

export const chooseSegment = (source: string, id: string, chosen: boolean): void =>
  setSegments(source, choosing(segmentsOf(source), id, chosen));

export function removeSegment(source: string, id: string): void {
  setSegments(
    source,
    segmentsOf(source).filter((segment) => segment.id !== id),
  );
}

export const clearSegments = (source: string): void => setSegments(source, []);
export const pointAtSegment = (source: string, segment: string | null): void => note(source, { segment });

/** Where an end of a part would come to rest, for showing it on its way. */
export const edgeAt = (source: string, id: string, edge: 'start' | 'end', to: number): number =>
  movedEdge(segmentsOf(source), id, edge, to, lengthOf(source)).find((segment) => segment.id === id)?.[edge] ?? to;

/** The chosen parts, as a sampling plan names them: nothing when there are none, which is the whole video. */
export function chosenRanges(source: string): { ranges?: TimeRange[] } {
  const chosen = segmentsOf(source).filter((segment) => segment.chosen);
  return chosen.length > 0 ? { ranges: chosen.map(({ start, end }) => ({ start, end })) } : {};
}

/** Frames of a video, named after the parts they lie in. */
export const named = (source: string, items: Item[]): Item[] =>
  labelled(items, source, segmentsOf(source), frameOf(source));
