import type { Cue, Item } from '../contract';
import { openVideo, readCues, subtitleTracks } from '../media';
import { cueText } from '../sequence';

/** What is said at each frame, by the first subtitles of its video that are text. */
export async function spokenAt(items: readonly Item[], signal: AbortSignal): Promise<(item: Item) => string> {
  const cues = new Map<string, Cue[]>();
  for (const { origin } of items) {
    const path = origin.source.id; // on the command line a source is its path
    if (origin.kind !== 'frame' || cues.has(path)) continue;
    const index = await openVideo(path, { signal });
    const track = (await subtitleTracks(path, index, [])).find(({ kind }) => kind === 'text');
    cues.set(path, track ? await readCues(path, index, [], track.id, { signal }) : []);
  }
  return ({ origin }) => (origin.kind === 'frame' ? cueText(cues.get(origin.source.id) ?? [], origin.time) : '');
}
