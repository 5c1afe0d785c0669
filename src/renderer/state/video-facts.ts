import { set, type VideoFacts } from './store';

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
