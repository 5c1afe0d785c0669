import type { Item, Segment, TimeRange } from '../../contract';
import { make } from './made';
import { choosing, drawn, labelled, marked, movedEdge, outside, renamed, segmentAt } from './segment-list';
import { get } from './store';
import { note } from './video-facts';

export { outside, segmentAt };

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
