// SPDX-License-Identifier: Apache-2.0
import {
  type Arrangement,
  type Comparison,
  type Item,
  ofTake,
  type SamplingPlan,
  type SourceKind,
  takeOf,
  type TimeRange,
} from '../../contract';
import { inOrder, type Pair } from '../../sequence';
import { bridge } from './bridge';
import { make } from './history';
import { notify } from './notices';
import { chosenRanges, named } from './ranges';
import { activateSource, chooseVideo, pickFiles, videoSetup, withVideoSetup } from './sources';
import { get, set } from './store';
import { replaceWhere, setTray } from './tray';

const timeOf = ({ origin }: Item): number => (origin.kind === 'frame' ? origin.time : 0);
/** Pairs each frame of `a` with the frame of `b` on screen `offset` seconds later. No frame is in two pairs. */
export function pairUp(a: readonly Item[], b: readonly Item[], offset: number): Pair[] {
  const used = new Set<string>();
  return a.flatMap((item): Pair[] => {
    const partner = b.findLast((other) => timeOf(other) <= timeOf(item) + offset + 1e-5) ?? b[0];
    if (!partner || used.has(partner.id)) return [];
    used.add(partner.id);
    return [[ofTake(item, 'A'), ofTake(partner, 'B')]];
  });
}

/** The tray with all items of both takes of this kind rearranged, at the place of the first of them; others stay. */
export function rearranged(
  tray: readonly Item[],
  arrange: Arrangement,
  kind: Item['origin']['kind'] = 'frame',
): Item[] {
  const side = (item: Item): 'A' | 'B' | undefined => (item.origin.kind === kind ? takeOf(item) : undefined);
  const a = tray.filter((item) => side(item) === 'A');
  const b = tray.filter((item) => side(item) === 'B');
  const at = tray.findIndex((item) => side(item) !== undefined);
  if (at < 0) return [...tray];
  const mixed = a.flatMap((item, k) => [item, ...b.slice(k, k + 1)]);
  const taken = arrange === 'grouped' ? [...a, ...b] : [...mixed, ...b.slice(a.length)];
  const rest = (items: readonly Item[]): Item[] => items.filter((item) => side(item) === undefined);
  return [...rest(tray.slice(0, at)), ...taken, ...rest(tray.slice(at))];
}

/** The range of the first video during which both videos run, or null if there is none. */
export function overlap(a: number, b: number, offset: number): TimeRange | null {
  const start = Math.max(0, -offset);
  const end = Math.min(a, b - offset);
  return end > start ? { start, end } : null;
}

/** The ranges limited to `whole`. An empty list means the whole. */
export function within(parts: readonly TimeRange[], whole: TimeRange): TimeRange[] {
  if (parts.length === 0) return [whole];
  return parts.flatMap(({ start, end }) => {
    const both = { start: Math.max(start, whole.start), end: Math.min(end, whole.end) };
    return both.end > both.start ? [both] : [];
  });
}

export const comparisonOf = (source: string): Comparison | null => videoSetup(get().project, source).compare;

/** Compares a video with another one; null ends the comparison. */
export function compareWith(source: string, other: string | null): void {
  chooseVideo(source, { compare: other === null ? null : { with: other, offset: 0, arrange: 'alternate' } });
}

/** Opens another source to compare with, while this source stays active. Returns its id if it is of this kind. */
export async function pickAnother(source: string, kind: SourceKind): Promise<string | undefined> {
  const before = new Set(get().project.sources.map(({ id }) => id));
  const { id } = get().project;
  await pickFiles();
  const opened = get().project.sources.find((other) => other.kind === kind && !before.has(other.id));
  if (!opened || get().project.id !== id) return undefined;
  await activateSource(source);
  return opened.id;
}

/** Opens a video to compare with; this one stays active. */
export async function pickToCompare(source: string): Promise<void> {
  const other = await pickAnother(source, 'video');
  if (other !== undefined) compareWith(source, other);
}

export function setOffset(source: string, offset: number): void {
  const compare = comparisonOf(source);
  if (compare)
    chooseVideo(source, { compare: { ...compare, offset: Math.round(offset * 1e4) / 1e4 } }, `offset ${source}`);
}

/** Based on the current offset, not the one last drawn, because keys repeat faster than frames. */
export function moveOffset(source: string, by: number): void {
  const compare = comparisonOf(source);
  if (compare) setOffset(source, compare.offset + by);
}

/** Also rearranges the frames that are already in the tray. */
export function setArrangement(source: string, arrange: Comparison['arrange']): void {
  const compare = comparisonOf(source);
  if (!compare) return;
  const { project } = get();
  make({
    videoSetups: withVideoSetup(project, source, { compare: { ...compare, arrange } }),
    tray: rearranged(project.tray, arrange),
  });
}

/** The number of pairs that fit into the wanted number of frames. */
export const pairCount = (frames: number): number => Math.max(1, Math.floor(frames / 2));

/**
 * Takes frames of both videos at matched times, within the range where both run, and adds them to the tray in the
 * chosen order.
 */
export async function samplePairs(source: string): Promise<void> {
  const { project, videos, settings, sampleJob } = get();
  const compare = comparisonOf(source);
  const [a, b] = [videos[source]?.info, videos[compare?.with ?? '']?.info];
  const both = compare && a && b && overlap(a.duration, b.duration, compare.offset);
  if (!both || sampleJob) return;
  const ranges = within(chosenRanges(source).ranges ?? [], both);
  if (ranges.length === 0) return;
  const first = await take(source, source, { strategy: 'uniform', count: pairCount(settings.frameCount), ranges });
  const times =
    first?.map(({ origin }) => (origin.kind === 'frame' ? Math.max(0, origin.time + compare.offset) : 0)) ?? [];
  const second = first && first.length > 0 ? await take(source, compare.with, { strategy: 'at', times }) : null;
  if (!first || !second || get().project.id !== project.id) return;
  const items = inOrder(pairUp(first, second, compare.offset), compare.arrange);
  const sources = new Set([source, compare.with]);
  setTray(
    replaceWhere(get().project.tray, ({ origin }) => origin.kind === 'frame' && sources.has(origin.source.id), items),
  );
}

/** Samples a plan. Returns null if it was stopped, or if it failed and the user was told. */
async function take(shown: string, source: string, plan: SamplingPlan): Promise<Item[] | null> {
  const handle = bridge()['video.sample']({ source, plan }, (progress) =>
    set((s) => (s.sampleJob ? { sampleJob: { ...s.sampleJob, progress } } : {})),
  );
  set({ sampleJob: { source: shown, progress: null, cancel: () => handle.cancel() } });
  const reply = await handle.result;
  set({ sampleJob: null });
  if (reply.ok) return named(source, reply.value.items);
  if (reply.error.code !== 'cancelled') notify(reply.error);
  return null;
}
