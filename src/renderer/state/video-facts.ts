// SPDX-License-Identifier: Apache-2.0
import { get, set, type VideoFacts } from './store';

/** Lets go of a video's thumbnails: their memory is held until they are closed. */
export const releaseThumbnails = (facts: VideoFacts | undefined): void =>
  facts?.thumbnails.forEach(({ picture }) => picture.close());

/** A thumbnail as it came, decoded; null for one that is no picture. */
export const pictureOf = (jpeg: Uint8Array): Promise<ImageBitmap | null> =>
  createImageBitmap(new Blob([new Uint8Array(jpeg)], { type: 'image/jpeg' })).catch(() => null);

/** Forgets what is known of some videos, so that showing them reads them anew. */
export function forgetVideos(which: (source: string) => boolean = () => true): void {
  const kept = Object.entries(get().videos).filter(([source, facts]) => {
    if (which(source)) releaseThumbnails(facts);
    return !which(source);
  });
  set({ videos: Object.fromEntries(kept) });
}

const BLANK: VideoFacts = {
  info: null,
  opening: null,
  error: null,
  thumbnails: [],
  waveform: null,
  notes: [],
  segment: null,
};

/** Writes down what the window has learnt of a video. */
export function note(source: string, change: Partial<VideoFacts>): void {
  set((s) => ({ videos: { ...s.videos, [source]: { ...(s.videos[source] ?? BLANK), ...change } } }));
}
