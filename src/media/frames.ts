// SPDX-License-Identifier: Apache-2.0
import { say, throwIfCancelled, type RgbImage, type VideoNote } from '../contract';
import { decodePictures, MAX_WANTED, type Picture } from './decode';
import { unsoundFrames } from './damage';
import { hasSpareSlot } from './ffmpeg';
import { checkUnchanged } from './file';
import { renderingFor, type FrameRendering } from './frame-rendering';
import { isLargePicture } from './limits';
import { firstWay, framesAhead, seekPoint, WAYS, type Way } from './seek';
import { frameAt, keyframeBefore, type FrameInfo, type MediaOptions, type VideoIndex } from './video';

export interface ReadOptions extends MediaOptions {
  /** Called when frames could not be read, or are not shown as they are stored. */
  onNote?: ((note: VideoNote) => void) | undefined;
}

export interface ReadFrame {
  frame: FrameInfo;
  /** Full size, as shown: rotation applied. */
  image: RgbImage;
}

/** Frames that one ffmpeg run can fetch because they are close together. Ascending. */
type Group = number[];

/** Starting a process costs about as much as decoding this many frames: groups closer than that share a run. */
const START_COST = 24;

/**
 * Reads frames of a video, in time order, exactly those requested (each once), one picture in memory at a time.
 *
 * Wanted frames are grouped by keyframe and only those stretches are decoded. Frames that do not come back are tried
 * again from an earlier point, then by decoding from the start; frames that are still missing, or that depend on
 * damaged data, are left out. `onNote` says up to where the video is readable. Every picture is matched by its own time
 * stamp, so one is never shown for another.
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
  const { note, ...rendering } = await renderingFor(index, signal);
  if (note && wanted.length > 0) onNote?.(note);

  const stopAll = new AbortController();
  const stop = (): void => stopAll.abort();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  const begin = (group: Group, way: Way, sound: boolean): Attempt =>
    new Attempt(index, group, way, rendering, sound, stopAll.signal);
  const tooLargeToHold = isLargePicture(index) && index.frames.reach > 0;

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
      let doubtful = false;
      /** Whether the remaining frames were checked and do not depend on damage. */
      let sound = false;
      for (let w = WAYS.indexOf(wayThere); w < WAYS.length && left.length > 0; w++) {
        const way = WAYS[w]!;
        const lastChance = way === 'pass';
        // A pass from the start also reaches all later groups: never more than one per job.
        if (lastChance && groups.length > g + 1) [left, sound] = [[...left, ...groups.splice(g + 1).flat()], false];
        if (!sound && (doubtful || tooLargeToHold)) {
          const unsound = await unsoundFrames(index, left, signal);
          missing.push(...unsound);
          left = left.filter((place) => !unsound.has(place));
          sound = true;
        }
        const attempts = lastChance
          ? chunk(left).map((part) => begin(part, way, sound))
          : [ahead ?? begin(left, way, sound)];
        ahead = undefined;
        for (const attempt of attempts) {
          attempt.start();
          const next = groups[g + 1];
          if (!lastChance && next && hasSpareSlot() && !isLargePicture(index))
            ahead = begin(next, wayThere, false).start();
          for await (const picture of attempt.pictures()) {
            const place = attempt.placeOf(picture.key);
            const at = left.indexOf(place);
            if (at < 0) continue;
            if (at > 0) {
              // A gap: on the last try it is final; before that, the stretch is tried again from the gap on.
              if (!lastChance) break;
              missing.push(...left.slice(0, at));
            }
            left = left.slice(at + 1);
            yield deliver(picture, place);
          }
          doubtful ||= attempt.doubtful;
          if (doubtful && !sound) break;
        }
        throwIfCancelled(signal);
        if (left.length === 0) break;
        if (ahead) await ahead.end();
        ahead = undefined;
        await checkUnchanged(path, index);
        if (doubtful && !sound) w--; // once more, for the undamaged frames
      }
      missing.push(...left);
    }
    if (missing.length > 0) onNote?.(await missingNote(index, wanted, missing, signal));
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
    await ahead?.end();
  }
}

/**
 * One try at a group: an ffmpeg run that may be started before it is read from. ffmpeg reports a damaged frame when
 * that frame is shown, and frames that reference it may be shown earlier. So each frame is held back, unless it is
 * known to be undamaged, until the frames decoded before it have been shown, and none is output once damage is
 * reported.
 */
class Attempt {
  /** Whether ffmpeg has reported damage in what was read so far. */
  doubtful = false;
  private readonly source: AsyncGenerator<Picture, boolean, void>;
  private readonly places = new Map<number, number>();
  private readonly held: number;
  private first: Promise<IteratorResult<Picture, boolean>> | undefined;

  constructor(
    index: VideoIndex,
    private readonly group: Group,
    way: Way,
    { filter, decoder }: FrameRendering,
    private readonly sound: boolean,
    signal: AbortSignal,
  ) {
    const { by, reach, timeBase } = index.frames;
    this.held = sound ? 0 : reach;
    const beyond = Math.min(group.at(-1)! + this.held, index.frameCount - 1);
    const places = beyond > group.at(-1)! ? [...group, beyond] : group;
    const wanted = places.map((i) => (by === 'pts' ? index.frames.pts[i]! : i));
    places.forEach((place, k) => this.places.set(wanted[k]!, place));
    const seek = way === 'pass' ? undefined : seekPoint(index, group, way);
    this.source = decodePictures({
      path: index.file,
      by,
      wanted,
      timeBase,
      fields: index.fields,
      seek,
      rendering: filter,
      decoder,
      size: index,
      frames: framesAhead(index, places, way),
      signal,
    });
  }

  /** The frame that a picture's key identifies, or -1. */
  placeOf(key: number): number {
    return this.places.get(key) ?? -1;
  }

  start(): this {
    if (!this.first) {
      this.first = this.source.next();
      this.first.catch(() => {}); // handled when it is read
    }
    return this;
  }

  async *pictures(): AsyncGenerator<Picture, void, void> {
    const waiting: Picture[] = [];
    const last = this.group.at(-1)!;
    try {
      let next = await this.start().first!;
      for (; !next.done; next = await this.source.next()) {
        this.doubtful = next.value.doubtful;
        if (this.doubtful && !this.sound) return;
        const place = this.placeOf(next.value.key);
        if (place <= last) waiting.push(next.value);
        while (waiting[0] && place - this.placeOf(waiting[0].key) >= this.held) yield waiting.shift()!;
      }
      this.doubtful = next.value;
      if (!this.doubtful || this.sound) yield* waiting;
    } finally {
      await this.end();
    }
  }

  async end(): Promise<void> {
    await this.source.return(false).catch(() => {});
  }
}

/** Splits ascending frames into groups: a new one where seeking is cheaper than decoding on. */
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

/** Searches between a frame that was read and one that is lost for a readable frame whose successor is not readable. */
async function lastReadable(
  index: VideoIndex,
  read: number,
  lost: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  let [low, high] = [read, lost];
  const keys =
    index.access === 'pass' ? [] : Array.from(index.frames.keyframes).filter((key) => key > read && key < lost);
  while (keys.length > 0) {
    const middle = keys.length >> 1;
    const key = keys[middle]!;
    if ((await unsoundFrames(index, [key], signal)).size > 0) [high] = [key, keys.splice(middle)];
    else [low] = [key, keys.splice(0, middle + 1)];
  }
  const between = Array.from({ length: high - low - 1 }, (_, i) => low + 1 + i);
  const unsound = await unsoundFrames(index, between, signal);
  return (between.find((place) => unsound.has(place)) ?? high) - 1;
}

function chunk(places: number[]): Group[] {
  return Array.from({ length: Math.ceil(places.length / MAX_WANTED) }, (_, i) =>
    places.slice(i * MAX_WANTED, (i + 1) * MAX_WANTED),
  );
}

async function missingNote(
  index: VideoIndex,
  wanted: number[],
  missing: number[],
  signal: AbortSignal | undefined,
): Promise<VideoNote> {
  const lost = new Set(missing);
  const lastRead = wanted.findLast((i) => !lost.has(i));
  const onlyTail = wanted.every((i) => lost.has(i) === (lastRead === undefined || i > lastRead));
  if (onlyTail && lastRead !== undefined) {
    const until = frameAt(index, await lastReadable(index, lastRead, Math.min(...missing), signal)).time.toFixed(2);
    return {
      kind: 'readable-until',
      text: say`The video is readable up to ${until} s; ${lost.size} of ${wanted.length} frames lie after that.`,
    };
  }
  const times = missing.slice(0, 3).map((i) => `${frameAt(index, i).time.toFixed(1)} s`);
  const text =
    missing.length > 3
      ? say`${lost.size} of ${wanted.length} frames could not be read (at ${times} and others).`
      : say`${lost.size} of ${wanted.length} frames could not be read (at ${times}).`;
  return { kind: 'frames-skipped', text };
}
