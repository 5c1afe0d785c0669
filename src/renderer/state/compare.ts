import type { Comparison, Item, SamplingPlan, SourceKind } from '../../contract';
import { inOrder } from '../../sequence';
import { bridge } from './bridge';
import { make } from './made';
import { replaceWhere } from './order';
import { overlap, pairUp, rearranged, within } from './pairs';
import { activateSource, pickFiles } from './sources';
import { get, set } from './store';
import { notify } from './toasts';
import { setTray } from './tray';
import { chosenRanges, named } from './segments';
import { chooseVideo, videoSetup, withVideoSetup } from './video-setup';

export const comparisonOf = (source: string): Comparison | null => videoSetup(get().project, source).compare;

/** Puts another video beside this one, or with null takes it away again. */
export function compareWith(source: string, other: string | null): void {
  chooseVideo(source, { compare: other === null ? null : { with: other, offset: 0, arrange: 'alternate' } });
}

/** Opens something to compare a source with, and stays with the source; its id, if something of this kind was opened. */
export async function pickAnother(source: string, kind: SourceKind): Promise<string | undefined> {
  const before = new Set(get().project.sources.map(({ id }) => id));
  const { id } = get().project;
  await pickFiles();
  const opened = get().project.sources.find((other) => other.kind === kind && !before.has(other.id));
  if (!opened || get().project.id !== id) return undefined;
  await activateSource(source);
  return opened.id;
}

/** Opens a video to compare with, and stays with this one. */
export async function pickToCompare(source: string): Promise<void> {
  const other = await pickAnother(source, 'video');
  if (other !== undefined) compareWith(source, other);
}

export function setOffset(source: string, offset: number): void {
  const compare = comparisonOf(source);
  if (compare)
    chooseVideo(source, { compare: { ...compare, offset: Math.round(offset * 1e4) / 1e4 } }, `offset ${source}`);
}

/** From where it is now, not from what was drawn last: keys come faster than pictures. */
export function moveOffset(source: string, by: number): void {
  const compare = comparisonOf(source);
  if (compare) setOffset(source, compare.offset + by);
}

/** Also of the frames that are in the tray already. */
export function setArrangement(source: string, arrange: Comparison['arrange']): void {
  const compare = comparisonOf(source);
  if (!compare) return;
  const { project } = get();
  make({
    videoSetups: withVideoSetup(project, source, { compare: { ...compare, arrange } }),
    tray: rearranged(project.tray, arrange),
  });
}

/** As many pairs as fit the wished number of frames. */
export const pairCount = (frames: number): number => Math.max(1, Math.floor(frames / 2));

/** Takes frames of both videos at matched times, where both run, and puts them into the tray in the chosen order. */
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

/** Null when it was stopped or failed, which the user is told. */
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
