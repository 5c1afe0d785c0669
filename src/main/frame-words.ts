import type { Cue, Item, Turn } from '../contract';
import type { Library } from '../library';
import { cueText, withFrameWords } from '../sequence';
import type { EngineSupervisor } from './engine-supervisor';

/** Writes what stands before frames: the take, the time, what is said. Subtitles are read once a session. */
export class FrameWriter {
  readonly #cues = new Map<string, Promise<readonly Cue[]>>();

  constructor(
    private readonly library: Library,
    private readonly engine: EngineSupervisor,
  ) {}

  /** @throws what reading subtitles throws, if those of one of the frames are to be written. */
  async write(project: string, turns: readonly Turn[]): Promise<Turn[]> {
    const setups = this.library.videoSetups(project);
    const bySource = new Map<string, readonly Cue[]>();
    for (const item of turns.flatMap((turn) => (turn.role === 'user' ? turn.parts.flatMap((part) => (part.type === 'image' ? [part.item] : [])) : []))) {
      const { id } = item.origin.source;
      const choice = setups[id]?.subtitles;
      if (item.origin.kind === 'frame' && choice?.sent && !bySource.has(id)) bySource.set(id, await this.#cuesOf(id, choice.track));
    }
    const spoken = (item: Item): string => {
      if (item.origin.kind !== 'frame') return '';
      return cueText(bySource.get(item.origin.source.id) ?? [], item.origin.time);
    };
    return withFrameWords(turns, { ...this.library.settings(), spoken });
  }

  async #cuesOf(source: string, chosen: string | null): Promise<readonly Cue[]> {
    const path = this.library.source(source)?.path;
    if (path === undefined) return [];
    const opened = this.library.subtitleFiles(source);
    const key = JSON.stringify([path, opened, chosen]);
    const known = this.#cues.get(key);
    if (known) return known;
    const read = this.#read(path, opened, chosen);
    this.#cues.set(key, read);
    read.catch(() => this.#cues.delete(key)); // asked again, it is tried again
    return read;
  }

  async #read(path: string, opened: string[], chosen: string | null): Promise<readonly Cue[]> {
    const track = chosen ?? (await this.engine.call('video.subtitles', { path, opened })).find(({ kind }) => kind === 'text')?.id;
    return track === undefined ? [] : this.engine.call('video.cues', { path, opened, track });
  }
}
