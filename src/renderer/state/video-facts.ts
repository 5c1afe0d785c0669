// SPDX-License-Identifier: Apache-2.0
import { get, set, type VideoFacts } from './store';

/** Closes a video's thumbnails, whose memory is held until then. */
export const releaseThumbnails = (facts: VideoFacts | undefined): void =>
  facts?.thumbnails.forEach(({ picture }) => picture.close());

/** Decodes a thumbnail; null if it is not a valid picture. */
export const pictureOf = (jpeg: Uint8Array): Promise<ImageBitmap | null> =>
  createImageBitmap(new Blob([new Uint8Array(jpeg)], { type: 'image/jpeg' })).catch(() => null);

/** Forgets what is known about some videos, so that it is read again when they are shown. */
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
  range: null,
};

/** Records new facts about a video. */
export function note(source: string, change: Partial<VideoFacts>): void {
  set((s) => ({ videos: { ...s.videos, [source]: { ...(s.videos[source] ?? BLANK), ...change } } }));
}
