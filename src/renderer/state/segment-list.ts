import type { Item, Segment } from '../../contract';

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
