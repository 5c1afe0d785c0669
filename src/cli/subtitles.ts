import type { Cue, Item, SentSubtitles, TextEncodingName } from '../contract';
import { openVideo, readCues, subtitleTracks } from '../media';
import { cueText } from '../sequence';

/** What is said at each frame, by the first subtitles of its video that are text; and which these are. */
export async function spokenAt(
  items: readonly Item[],
  encoding: TextEncodingName | null,
  signal: AbortSignal,
): Promise<{ spoken: (item: Item) => string; subtitles: SentSubtitles[] }> {
  const cues = new Map<string, readonly Cue[]>();
  const subtitles: SentSubtitles[] = [];
  for (const { origin } of items) {
    const path = origin.source.id; // on the command line a source is its path
    if (origin.kind !== 'frame' || cues.has(path)) continue;
    const index = await openVideo(path, { signal });
    const track = (await subtitleTracks(path, index, [])).find(({ kind }) => kind === 'text');
    const read = track && (await readCues(path, index, [], track.id, { signal, encoding }));
    cues.set(path, read?.cues ?? []);
    if (read) subtitles.push({ source: origin.source, track: track.label, encoding: read.encoding });
  }
  return {
    spoken: ({ origin }) => (origin.kind === 'frame' ? cueText(cues.get(origin.source.id) ?? [], origin.time) : ''),
    subtitles,
  };
}
