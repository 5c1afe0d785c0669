// SPDX-License-Identifier: Apache-2.0
import {
  type Composition,
  type Item,
  type Part,
  type ReadCues,
  type SentSubtitles,
  type SourceRef,
  type Turn,
} from '../contract';
import { readCues, subtitleTracks, type MediaOptions, type VideoIndex } from '../media';
import { composeTurns, PLAIN_CAPTIONS, repeatedTurns, withCaptions, type CaptionStyle } from '../sequence';
import { captionOf } from './captions';
import { unlessCancelled } from './unless-cancelled';

/** A composed question, ready to be asked. */
export interface Composed {
  turns: Turn[];
  /** Content parts of the new question, as they are saved: without captions. */
  parts: Part[];
  /** The subtitles written before frames, in the order of the frames. */
  subtitles: SentSubtitles[];
}

type Spoken = Composition['captions']['subtitles'][number];
interface Track extends ReadCues {
  label: string;
}

/**
 * Composes sequences for the window and the command line: history, pictures and question in order, each picture with
 * its caption. Each subtitle track is read once; reading is tried again if it failed.
 */
export class Composer {
  readonly #tracks = new Map<string, Promise<Track | null>>();

  constructor(
    private readonly open: (path: string) => Promise<VideoIndex>,
    /** Options for reading subtitles. They have no signal, because several sequences may wait for the same read. */
    private readonly reading: MediaOptions = {},
  ) {}

  /**
   * @param style how the model that will be asked is told about times.
   * @throws prompt-mismatch; errors of reading subtitles; cancelled.
   */
  async compose(
    composition: Composition,
    signal?: AbortSignal,
    style: CaptionStyle = PLAIN_CAPTIONS,
  ): Promise<Composed> {
    const { history, items, text, placement, asked, captions } = composition;
    const { turns, parts } = asked
      ? repeatedTurns(history, items, asked)
      : composeTurns(history, items, text, placement);
    return { ...(await this.caption(turns, captions, signal, style)), parts };
  }

  /** Writes its caption before each picture of turns that are composed already. @throws as `compose` */
  async caption(
    turns: readonly Turn[],
    captions: Composition['captions'],
    signal?: AbortSignal,
    style: CaptionStyle = PLAIN_CAPTIONS,
  ): Promise<Omit<Composed, 'parts'>> {
    const tracks = new Map<string, Track>();
    const subtitles: SentSubtitles[] = [];
    for (const source of sourcesOf(turns)) {
      const spoken = captions.subtitles.find((other) => other.source.ref.id === source.id);
      const track = spoken && (await unlessCancelled(this.#track(spoken), signal));
      if (!track) continue;
      tracks.set(source.id, track);
      subtitles.push({ source, track: track.label, encoding: track.encoding });
    }
    const cuesOf = (source: string) => tracks.get(source)?.cues ?? [];
    const frameTimes = captions.frameTimes || style.always === true;
    const caption = (item: Item) => captionOf(item, { ...captions, frameTimes }, cuesOf);
    return { turns: withCaptions(turns, caption, style), subtitles };
  }

  /** The same for measuring. Subtitles that cannot be read are left out; asking reports the error. */
  composeAnyway(composition: Composition, style?: CaptionStyle): Promise<Composed> {
    const without = { ...composition, captions: { ...composition.captions, subtitles: [] } };
    return this.compose(composition, undefined, style).catch(() => this.compose(without, undefined, style));
  }

  #track(spoken: Spoken): Promise<Track | null> {
    const { source, track, encoding } = spoken;
    const key = JSON.stringify([source.path, source.subtitles, track, encoding]);
    const known = this.#tracks.get(key);
    if (known) return known;
    const read = this.#read(spoken);
    this.#tracks.set(key, read);
    read.catch(() => this.#tracks.delete(key));
    return read;
  }

  async #read({ source: { path, subtitles }, track, encoding }: Spoken): Promise<Track | null> {
    const index = await this.open(path);
    const tracks = await subtitleTracks(path, index, subtitles);
    const chosen =
      tracks.find(({ id }) => id === track) ??
      (track === null ? tracks.find(({ kind }) => kind === 'text') : undefined);
    const id = chosen?.id ?? track;
    if (id === null) return null;
    const cues = await readCues(path, index, subtitles, id, { ...this.reading, encoding });
    return { ...cues, label: chosen?.label ?? '' };
  }
}

/** The sources of the pictures, in their order, each once. */
function sourcesOf(turns: readonly Turn[]): SourceRef[] {
  const parts = turns.flatMap((turn) => (turn.role === 'user' ? turn.parts : []));
  const sources = parts.flatMap((part) => (part.type === 'image' ? [part.item.origin.source] : []));
  return [...new Map(sources.map((source) => [source.id, source])).values()];
}
