import { inEnglish, ofTake, takeOf, type Item, type SamplingPlan, type VideoNote } from '../../contract';
import { bridge } from './bridge';
import { chosenRanges, named } from './segments';
import { get, set } from './store';
import { pictureOf, releaseThumbnails } from './thumbnails';
import { notify } from './toasts';
import { placeByTime } from './order';
import { replaceItemsOf, setTray } from './tray';
import { note } from './video-facts';

export const THUMBNAILS = 24;
export const THUMBNAIL_HEIGHT = 96;

/** Reads a video's index, then its thumbnails. Returns what stops it. */
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
  // After the pictures: it reads the whole sound of a file that may be hours long.
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

/** The plan for "Sample": evenly spread over the chosen parts, or over the whole video. */
export const evenPlan = (source: string): SamplingPlan => ({
  strategy: 'uniform',
  count: get().settings.frameCount,
  ...chosenRanges(source),
});

/** Shows what was said of the frames last taken beside what is said of their video. */
function tell(source: string, notes: readonly VideoNote[]): void {
  const known = get().videos[source]?.info?.notes ?? [];
  const more = notes.filter(({ text }) => known.every((other) => inEnglish(other.text) !== inEnglish(text)));
  note(source, { notes: [...known, ...more] });
}

/** Takes the frames of a plan, with progress; null after telling the user why there are none. */
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

/** Takes frames in place of those the tray has of this video. */
export async function sample(source: string, plan: SamplingPlan): Promise<void> {
  const items = await taken(source, plan);
  if (items) replaceItemsOf(new Set([source]), items);
}

/** Frames that join those the tray has of their video: of the same take, where two are compared. */
function joining(source: string, items: readonly Item[]): Item[] {
  const { tray } = get().project;
  const take = tray.flatMap((item) =>
    item.origin.kind === 'frame' && item.origin.source.id === source ? (takeOf(item) ?? []) : [],
  )[0];
  return take === undefined ? [...items] : items.map((item) => ofTake(item, take));
}

/** Takes the frames at these moments besides those in the tray, each at its place in time. */
export async function insertFrames(source: string, times: readonly number[]): Promise<void> {
  const items = await taken(source, { strategy: 'at', times: [...times] });
  if (items) setTray(joining(source, items).reduce((tray, item) => placeByTime(tray, item), get().project.tray));
}

/** The frame on screen at a moment, read from the file; null after telling the user why there is none. */
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

/** Adds the frame at a moment to the tray, at its place in time; one that is there already is not taken twice. */
export async function addFrame(source: string, time: number): Promise<void> {
  const frame = await frameAt(source, time);
  if (frame) setTray(placeByTime(get().project.tray, frame));
}

/** Another frame in the place of one in the tray. The item that then holds it; null if there is none. */
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
