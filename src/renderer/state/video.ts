// SPDX-License-Identifier: Apache-2.0
import {
  inEnglish,
  type Item,
  ofTake,
  type SamplingPlan,
  takeOf,
  type TimeRange,
  type VideoNote,
} from '../../contract';
import { LEAST_ANSWER_ROOM } from '../../sequence';
import { attempt, bridge, unwrap } from './bridge';
import { notify } from './notices';
import { chosenRanges, named } from './ranges';
import { addPhotos } from './sources';
import { get, type Proposal, set } from './store';
import { placeByTime, replaceItemsOf, setTray } from './tray';
import { note, pictureOf, releaseThumbnails } from './video-facts';

export const THUMBNAILS = 24;
export const THUMBNAIL_HEIGHT = 96;

/** Reads a video's index, then its thumbnails and its sound. Returns a function that stops it. */
export function openVideo(source: string): () => void {
  let cancel = (): void => undefined;
  let dropped = false;
  const known = get().videos[source];
  if (known?.info && known.thumbnails.length > 0 && (known.waveform || !known.info.hasAudio)) return cancel;

  const thumbnails = (): void => {
    releaseThumbnails(get().videos[source]);
    note(source, { thumbnails: [] });
    const handle = bridge()['video.thumbnails'](
      { source, count: THUMBNAILS, height: THUMBNAIL_HEIGHT },
      ({ time, jpeg }) => {
        void pictureOf(jpeg).then((picture) => {
          if (picture === null) return;
          if (dropped) return picture.close();
          note(source, { thumbnails: [...(get().videos[source]?.thumbnails ?? []), { time, picture }] });
        });
      },
    );
    cancel = () => handle.cancel();
    void handle.result.then(() => !dropped && sound());
  };
  // After the thumbnails, because it reads the sound of the whole file, which may be hours long.
  const sound = (): void => {
    if (!get().videos[source]?.info?.hasAudio) return;
    const handle = bridge()['video.waveform']({ source }, () => undefined);
    cancel = () => handle.cancel();
    void handle.result.then((reply) => !dropped && reply.ok && note(source, { waveform: reply.value }));
  };
  const handle = bridge()['video.open']({ source }, (opening) => !dropped && note(source, { opening }));
  cancel = () => handle.cancel();
  void handle.result.then((reply) => {
    if (dropped) return;
    if (reply.ok) {
      note(source, { info: reply.value, opening: null, error: null, notes: reply.value.notes });
      thumbnails();
    } else if (reply.error.code !== 'cancelled') note(source, { opening: null, error: reply.error });
  });
  return () => {
    dropped = true;
    cancel();
  };
}

/** The plan for "Sample": evenly spread over the chosen ranges, or over the whole video. */
export const evenPlan = (source: string): SamplingPlan => ({
  strategy: 'uniform',
  count: get().settings.frameCount,
  ...chosenRanges(source),
});

/** Shows the notes about the frames just taken together with those about their video. */
function tell(source: string, notes: readonly VideoNote[]): void {
  const known = get().videos[source]?.info?.notes ?? [];
  const more = notes.filter(({ text }) => known.every((other) => inEnglish(other.text) !== inEnglish(text)));
  note(source, { notes: [...known, ...more] });
}

/** Takes the frames of a plan, with progress; null after the error has been shown to the user. */
async function taken(source: string, plan: SamplingPlan): Promise<Item[] | null> {
  if (get().sampleJob) return null;
  const project = get().project.id;
  const handle = bridge()['video.sample']({ source, plan }, (progress) =>
    set((s) => (s.sampleJob?.source === source ? { sampleJob: { ...s.sampleJob, progress } } : {})),
  );
  set({ sampleJob: { source, progress: null, cancel: () => handle.cancel() }, proposal: null });
  const reply = await handle.result;
  set({ sampleJob: null });
  if (get().project.id !== project) return null;
  if (!reply.ok) {
    if (reply.error.code !== 'cancelled') notify(reply.error);
    return null;
  }
  tell(source, reply.value.notes);
  return named(source, reply.value.items);
}

/** Replaces the video's frames in the tray by those of a plan. */
export async function sample(source: string, plan: SamplingPlan): Promise<void> {
  const items = await taken(source, plan);
  if (items) replaceItemsOf(new Set([source]), items);
}

/** Puts what files show into the tray: photographs whole, and evenly spread frames of each video. */
export async function addSources(ids: readonly string[]): Promise<void> {
  const { sources } = get().project;
  const chosen = sources.filter(({ id, present }) => present && ids.includes(id));
  const photos = chosen.filter(({ kind }) => kind === 'photo').map(({ id }) => id);
  if (photos.length > 0) await addPhotos(photos);
  for (const { id, kind } of chosen) if (kind === 'video') await sample(id, evenPlan(id));
}

/** Frames to be added to those of their video in the tray; they get the same take if two videos are compared. */
function joining(source: string, items: readonly Item[]): Item[] {
  const { tray } = get().project;
  const take = tray.flatMap((item) =>
    item.origin.kind === 'frame' && item.origin.source.id === source ? (takeOf(item) ?? []) : [],
  )[0];
  return take === undefined ? [...items] : items.map((item) => ofTake(item, take));
}

/** Adds the frames at these moments to the tray, in time order. */
export async function insertFrames(source: string, times: readonly number[]): Promise<void> {
  const items = await taken(source, { strategy: 'at', times: [...times] });
  if (items) setTray(joining(source, items).reduce((tray, item) => placeByTime(tray, item), get().project.tray));
}

/** The frame on screen at a moment, read from the file; null after the error has been shown to the user. */
async function frameAt(source: string, time: number): Promise<Item | null> {
  const project = get().project.id;
  const reply = await bridge()['video.sample']({ source, plan: { strategy: 'at', times: [time] } }, () => undefined)
    .result;
  if (get().project.id !== project) return null;
  if (!reply.ok && reply.error.code !== 'cancelled') notify(reply.error);
  if (!reply.ok) return null;
  tell(source, reply.value.notes);
  return joining(source, named(source, reply.value.items))[0] ?? null;
}

/** Adds the frame at a moment to the tray, in time order, unless it is there already. */
export async function addFrame(source: string, time: number): Promise<void> {
  const frame = await frameAt(source, time);
  if (frame) setTray(placeByTime(get().project.tray, frame));
}

/**
 * Replaces a frame in the tray by the one at another moment. Returns the id of the item that holds it; null if there is
 * none.
 */
export async function retakeFrame(source: string, item: string, time: number): Promise<string | null> {
  const frame = await frameAt(source, time);
  if (!frame || !get().project.tray.some(({ id }) => id === item)) return null;
  setTray(placeByTime(get().project.tray, frame, item));
  const holds = ({ origin }: Item) =>
    origin.kind === 'frame' &&
    frame.origin.kind === 'frame' &&
    origin.source.id === source &&
    origin.index === frame.origin.index;
  return get().project.tray.find(holds)?.id ?? null;
}

/** The largest number of frames in one plan. */
const MOST = 512;
export const DENSER = [2, 4, 8] as const;

/** The times of the video's frames in the tray, seconds. */
export const frameTimes = (source: string): number[] =>
  get().project.tray.flatMap(({ origin }) =>
    origin.kind === 'frame' && origin.source.id === source ? [origin.time] : [],
  );

/** Room for more pictures in the prompt of the current question; null while no model is loaded. */
async function room(): Promise<{ pictures: number; perFrame: number; prompt: number; limit: number | null } | null> {
  const { draft: text, editing, settings } = get();
  const reply = await attempt(() =>
    bridge()['conversation.measure']({ text, placement: settings.placement, instead: editing?.id }),
  );
  if (!reply.ok || !reply.value) return null;
  const { prompt, limit, perFrame } = reply.value;
  return {
    pictures: Math.max(0, Math.floor(((limit ?? Infinity) - LEAST_ANSWER_ROOM - prompt) / perFrame)),
    perFrame,
    prompt,
    limit,
  };
}

/** Identifies the latest request: the result of one that was dismissed meanwhile is dropped. */
let turn = 0;

/** Proposes `factor` times as many frames for a range; nothing is taken yet. */
export async function proposeDenser(source: string, range: TimeRange, factor: number): Promise<void> {
  const mine = ++turn;
  const times = frameTimes(source);
  const budget = await room();
  const most = Math.min(MOST, budget?.pictures ?? MOST);
  const ask = (limit: number) =>
    unwrap(
      () =>
        bridge()['video.plan'](
          { source, plan: { strategy: 'denser', times, range, factor, most: limit } },
          () => undefined,
        ).result,
    );
  const [wanted, planned] = [await ask(MOST), await ask(most)];
  if (!wanted || !planned || mine !== turn || get().project.activeSource !== source) return;
  const after = budget && budget.prompt + planned.times.length * budget.perFrame;
  const proposal: Proposal = {
    source,
    range,
    factor,
    times: planned.times,
    leftOut: wanted.times.length - planned.times.length,
    tokens: budget && after !== null && budget.limit !== null ? { after, limit: budget.limit } : null,
  };
  set({ proposal });
}

/** Proposes the next factor: two, four, eight, then two again. */
export function denserStill(): void {
  const { proposal } = get();
  if (!proposal) return;
  const next = DENSER[(DENSER.findIndex((factor) => factor === proposal.factor) + 1) % DENSER.length]!;
  void proposeDenser(proposal.source, proposal.range, next);
}

export function dropProposal(): void {
  turn += 1;
  set({ proposal: null });
}

/** Takes the proposed frames. */
export async function acceptProposal(): Promise<void> {
  const { proposal } = get();
  if (!proposal) return;
  dropProposal();
  if (proposal.times.length > 0) await insertFrames(proposal.source, proposal.times);
}
