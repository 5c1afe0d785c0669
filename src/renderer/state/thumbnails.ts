import { get, set, type VideoFacts } from './store';

/** Lets go of a video's thumbnails: what a page makes an address for, it holds until told. */
export const releaseThumbnails = (facts: VideoFacts | undefined): void =>
  facts?.thumbnails.forEach((thumbnail) => URL.revokeObjectURL(thumbnail.url));

/** Forgets what is known of some videos, so that showing them reads them anew. */
export function forgetVideos(which: (source: string) => boolean = () => true): void {
  const kept = Object.entries(get().videos).filter(([source, facts]) => {
    if (which(source)) releaseThumbnails(facts);
    return !which(source);
  });
  set({ videos: Object.fromEntries(kept) });
}
