import type { Item, ReadCues, SentSubtitles, SourceFile, SourceRef, SubtitleChoice, Turn } from '../contract';
import type { Library } from '../library';
import { cueText, withFrameWords } from '../sequence';
import { sourceFile } from './current-project';
import type { EngineSupervisor } from './engine-supervisor';

/** A track that was read, by what it is called. */
interface Track extends ReadCues {
  label: string;
}

/** Writes what stands before frames: the take, the time, what is said. Subtitles are read once a session. */
export class FrameWriter {
  readonly #tracks = new Map<string, Promise<Track | null>>();

  constructor(
    private readonly library: Library,
    private readonly engine: EngineSupervisor,
  ) {}

  /** @throws what reading subtitles throws, if those of one of the frames are to be written. */
  async write(project: string, turns: readonly Turn[]): Promise<{ turns: Turn[]; subtitles: SentSubtitles[] }> {
    const setups = this.library.videoSetups(project);
    const sources = new Map<string, SourceRef>();
    for (const turn of turns) {
      if (turn.role !== 'user') continue;
      for (const part of turn.parts)
        if (part.type === 'image' && part.item.origin.kind === 'frame')
          sources.set(part.item.origin.source.id, part.item.origin.source);
    }
    const tracks = new Map<string, Track>();
    for (const id of sources.keys()) {
      const choice = setups[id]?.subtitles;
      const track = choice?.sent ? await this.#trackOf(id, choice) : null;
      if (track) tracks.set(id, track);
    }
    const spoken = (item: Item): string =>
      item.origin.kind === 'frame' ? cueText(tracks.get(item.origin.source.id)?.cues ?? [], item.origin.time) : '';
    return {
      turns: withFrameWords(turns, { ...this.library.settings(), spoken }),
      subtitles: [...tracks].map(([id, { label, encoding }]) => ({ source: sources.get(id)!, track: label, encoding })),
    };
  }

  async #trackOf(id: string, choice: SubtitleChoice): Promise<Track | null> {
    const source = this.library.source(id);
    if (source === undefined) return null;
    const file = sourceFile(this.library, source);
    const key = JSON.stringify([file.path, file.subtitles, choice.track, choice.encoding]);
    const known = this.#tracks.get(key);
    if (known) return known;
    const read = this.#read(file, choice);
    this.#tracks.set(key, read);
    read.catch(() => this.#tracks.delete(key)); // asked again, it is tried again
    return read;
  }

  async #read(source: SourceFile, { track, encoding }: SubtitleChoice): Promise<Track | null> {
    const tracks = await this.engine.call('video.subtitles', { source });
    const chosen =
      tracks.find(({ id }) => id === track) ??
      (track === null ? tracks.find(({ kind }) => kind === 'text') : undefined);
    const id = chosen?.id ?? track;
    if (id === null) return null;
    return {
      ...(await this.engine.call('video.cues', { source, track: id, encoding })),
      label: chosen?.label ?? '',
    };
  }
}
