import { say, throwIfCancelled, type RgbImage, type VideoNote } from '../contract';
import { decodePictures, MAX_WANTED, type Picture } from './decode';
import { hasSpareSlot } from './ffmpeg';
import { checkUnchanged } from './file';
import { lookFor } from './look';
import { isLargePicture } from './limits';
import { firstWay, framesAhead, seekPoint, WAYS, type Way } from './seek';
import { frameAt, keyframeBefore, type FrameInfo, type MediaOptions, type VideoIndex } from './video';

export interface ReadOptions extends MediaOptions {
  /** Told when frames could not be read, or are not shown as they are stored. */
  onNote?: ((note: VideoNote) => void) | undefined;
}

export interface ReadFrame {
  frame: FrameInfo;
  /** Full size, as shown: rotation applied. */
  image: RgbImage;
}

/** Frames that one ffmpeg run can fetch: they follow one another closely enough. Ascending. */
type Group = number[];

/** Starting a process costs about as much as decoding this many frames: nearer groups are read in one run. */
const START_COST = 24;

/**
 * Reads frames of a video, in time order, exactly those asked for (each once), one picture in memory at a time.
 *
 * Wanted frames are grouped by keyframe and only those stretches are decoded. What does not come back is tried again
 * from further ahead, then by decoding from the start; what is still missing is left out, and `onNote` says up to
 * where the video is readable. Every picture is matched by its own time stamp, so one is never shown for another.
 * @throws ZoetropeError `file-missing`, `file-changed`, `cancelled`, `ffmpeg-failed`.
 */
export async function* readFrames(
  path: string,
  index: VideoIndex,
  frameIndices: readonly number[],
  options: ReadOptions = {},
): AsyncGenerator<ReadFrame, void, void> {
  const { signal, onProgress, onNote } = options;
  throwIfCancelled(signal);
  await checkUnchanged(path, index);
  const wanted = [...new Set(frameIndices)].sort((a, b) => a - b);
  wanted.forEach((i) => frameAt(index, i)); // a wrong ordinal fails before anything runs
  const { filter: look, note } = await lookFor(index, signal);
  if (note && wanted.length > 0) onNote?.(note);

  const stopAll = new AbortController();
  const stop = (): void => stopAll.abort();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  const begin = (group: Group, way: Way): Attempt => new Attempt(index, group, way, look, stopAll.signal);

  let done = 0;
  let ahead: Attempt | undefined;
  const missing: number[] = [];
  const deliver = (picture: Picture, place: number): ReadFrame => {
    onProgress?.({ step: 'sample', done: ++done, total: wanted.length });
    return { frame: frameAt(index, place), image: picture.image };
  };
  try {
    const groups = groupFrames(index, wanted);
    const wayThere = firstWay(index);
    for (let g = 0; g < groups.length; g++) {
      let left = groups[g]!;
      for (const way of WAYS.slice(WAYS.indexOf(wayThere))) {
        const lastChance = way === 'pass';
        // One pass reaches everything that follows too: never more than one per job.
        if (lastChance) left = [...left, ...groups.splice(g + 1).flat()];
        const attempts = lastChance ? chunk(left).map((part) => begin(part, way)) : [ahead ?? begin(left, way)];
        ahead = undefined;
        for (const attempt of attempts) {
          attempt.start();
          const next = groups[g + 1];
          if (!lastChance && next && hasSpareSlot() && !isLargePicture(index)) ahead = begin(next, wayThere).start();
          for await (const picture of attempt.pictures()) {
            const place = attempt.placeOf(picture.key);
            const at = left.indexOf(place);
            if (at < 0) continue;
            if (at > 0) {
              // A gap: on the last chance it is final, before that the stretch is tried again from the gap on.
              if (!lastChance) break;
              missing.push(...left.slice(0, at));
            }
            left = left.slice(at + 1);
            yield deliver(picture, place);
          }
        }
        throwIfCancelled(signal);
        if (left.length === 0) break;
        if (ahead) await ahead.end();
        ahead = undefined;
        await checkUnchanged(path, index);
      }
      missing.push(...left);
    }
    if (missing.length > 0) onNote?.(missingNote(index, wanted, missing));
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
    await ahead?.end();
  }
}

/** One try at a group: an ffmpeg run that may be started before it is read from. */
class Attempt {
  private readonly source: AsyncGenerator<Picture, void, void>;
  private readonly places = new Map<number, number>();
  private first: Promise<IteratorResult<Picture, void>> | undefined;

  constructor(index: VideoIndex, group: Group, way: Way, look: string | undefined, signal: AbortSignal) {
    const { by } = index.frames;
    const wanted = group.map((i) => (by === 'pts' ? index.frames.pts[i]! : i));
    group.forEach((place, k) => this.places.set(wanted[k]!, place));
    const seek = way === 'pass' ? undefined : seekPoint(index, group, way);
    const { timeBase } = index.frames;
    this.source = decodePictures({ path: index.file, by, wanted, timeBase, seek, look, size: index, frames: framesAhead(index, group, way), signal });
  }

  /** The frame a picture's key stands for, or -1. */
  placeOf(key: number): number {
    return this.places.get(key) ?? -1;
  }

  start(): this {
    if (!this.first) {
      this.first = this.source.next();
      this.first.catch(() => {}); // seen again when it is read
    }
    return this;
  }

  async *pictures(): AsyncGenerator<Picture, void, void> {
    try {
      for (let next = await this.start().first!; !next.done; next = await this.source.next()) yield next.value;
    } finally {
      await this.source.return();
    }
  }

  async end(): Promise<void> {
    await this.source.return().catch(() => {});
  }
}

/** Splits ascending frames into runs: a new one where seeking is cheaper than decoding on. */
export function groupFrames(index: VideoIndex, wanted: readonly number[]): Group[] {
  const groups: Group[] = [];
  for (const place of wanted) {
    const group = groups.at(-1);
    const near = group && (index.access === 'pass' || keyframeBefore(index, place) - group.at(-1)! <= START_COST);
    if (group && near && group.length < MAX_WANTED) group.push(place);
    else groups.push([place]);
  }
  return groups;
}

function chunk(places: number[]): Group[] {
  return Array.from({ length: Math.ceil(places.length / MAX_WANTED) }, (_, i) =>
    places.slice(i * MAX_WANTED, (i + 1) * MAX_WANTED),
  );
}

function missingNote(index: VideoIndex, wanted: number[], missing: number[]): VideoNote {
  const lost = new Set(missing);
  const lastRead = wanted.findLast((i) => !lost.has(i));
  const onlyTail = wanted.every((i) => lost.has(i) === (lastRead === undefined || i > lastRead));
  if (onlyTail && lastRead !== undefined) {
    const until = frameAt(index, lastRead).time.toFixed(1);
    return { kind: 'readable-until', text: say`The video is readable up to ${until} s; ${lost.size} of ${wanted.length} frames lie beyond.` };
  }
  const times = missing.slice(0, 3).map((i) => `${frameAt(index, i).time.toFixed(1)} s`);
  const text = missing.length > 3
    ? say`${lost.size} of ${wanted.length} frames could not be read (at ${times} and others).`
    : say`${lost.size} of ${wanted.length} frames could not be read (at ${times}).`;
  return { kind: 'frames-skipped', text };
}
