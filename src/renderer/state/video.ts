import type { SamplingPlan } from '../../contract';
import { bridge } from './bridge';
import { get, set, type VideoFacts } from './store';
import { releaseThumbnails } from './thumbnails';
import { notify } from './toasts';
import { appendItems, replaceItemsOf } from './tray';

const BLANK: VideoFacts = {
  info: null,
  opening: null,
  error: null,
  thumbnails: [],
  notes: [],
  markIn: null,
  markOut: null,
};

export const THUMBNAILS = 24;
const THUMBNAIL_HEIGHT = 96;

function note(source: string, change: Partial<VideoFacts>): void {
  set((s) => ({ videos: { ...s.videos, [source]: { ...(s.videos[source] ?? BLANK), ...change } } }));
}

/** Reads a video's index, then its thumbnails. Returns what stops it. */
export function openVideo(source: string): () => void {
  let cancel = (): void => undefined;
  let dropped = false;
  const known = get().videos[source];
  if (known?.info && known.thumbnails.length > 0) return cancel;

  const thumbnails = (): void => {
    releaseThumbnails(get().videos[source]);
    note(source, { thumbnails: [] });
    const handle = bridge()['video.thumbnails']({ source, count: THUMBNAILS, height: THUMBNAIL_HEIGHT }, ({ time, jpeg }) => {
      if (dropped) return;
      const url = URL.createObjectURL(new Blob([new Uint8Array(jpeg)], { type: 'image/jpeg' }));
      note(source, { thumbnails: [...(get().videos[source]?.thumbnails ?? []), { time, url }] });
    });
    cancel = () => handle.cancel();
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

export function markRange(source: string, change: { markIn?: number | null; markOut?: number | null }): void {
  const now = { ...(get().videos[source] ?? BLANK), ...change };
  const crossed = now.markIn !== null && now.markOut !== null && now.markOut <= now.markIn;
  note(source, crossed ? { markIn: change.markIn ?? null, markOut: change.markOut ?? null } : change);
}

/** The plan for "Sample": evenly spread over the marked part, or over the whole video. */
export function evenPlan(source: string): SamplingPlan {
  const { settings, videos } = get();
  const facts = videos[source];
  const { markIn = null, markOut = null } = facts ?? {};
  const count = settings.frameCount;
  if (markIn === null && markOut === null) return { strategy: 'uniform', count };
  return { strategy: 'uniform', count, range: { start: markIn ?? 0, end: markOut ?? facts?.info?.duration ?? 1e9 } };
}

export async function sample(source: string, plan: SamplingPlan, mode: 'replace' | 'append' = 'replace'): Promise<void> {
  if (get().sampleJob) return;
  const project = get().project.id;
  const handle = bridge()['video.sample']({ source, plan }, (progress) =>
    set((s) => (s.sampleJob?.source === source ? { sampleJob: { ...s.sampleJob, progress } } : {})),
  );
  set({ sampleJob: { source, progress: null, cancel: () => handle.cancel() } });
  const reply = await handle.result;
  set({ sampleJob: null });
  if (get().project.id !== project) return;
  if (!reply.ok) {
    if (reply.error.code !== 'cancelled') notify(reply.error);
    return;
  }
  note(source, { notes: [...new Set([...(get().videos[source]?.info?.notes ?? []), ...reply.value.notes])] });
  if (mode === 'replace') replaceItemsOf(source, reply.value.items);
  else appendItems(reply.value.items);
}
