// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  inEnglish,
  isPoseFile,
  notFound,
  say,
  ZoetropeError,
  type Item,
  type SamplingPlan,
  type SourceKind,
  type SourceRef,
  type Tile,
  type TimeRange,
  type VideoNote,
  type ViewCapture,
} from '../contract';
import {
  fileKind,
  frameAt,
  renderingFor,
  nearestSound,
  openVideo,
  peekVideo,
  planFrames,
  readFrames,
  readPhoto,
  sceneFrames,
  stretchesOf,
  withinVideo,
  type MediaOptions,
  type PhotoOptions,
  type VideoIndex,
} from '../media';
import { chooseGrid, cutTile } from '../vision';
import type { PictureStore } from './pictures';

export type JobOptions = MediaOptions;

/**
 * Determines what a file is by its contents. @throws file-missing, file-empty; `file-unreadable` for an unknown kind of
 * file.
 */
export async function inspectFile(path: string): Promise<{ kind: SourceKind; bytes: number }> {
  const name = basename(path);
  const info = await stat(path).catch((error: unknown) => {
    throw notFound(
      path,
      new ZoetropeError(
        'file-missing',
        say`"${name}" is not there.`,
        say`Check the name, or look where it was moved to.`,
        String(error),
      ),
    );
  });
  if (info.isDirectory()) {
    throw new ZoetropeError('file-unreadable', say`"${name}" is a folder.`, say`Open the files in it.`);
  }
  if (info.size === 0) {
    throw new ZoetropeError('file-empty', say`"${name}" is empty.`, say`Copy or record it again.`);
  }
  const kind = isPoseFile(name) ? 'scene' : await fileKind(path);
  if (kind === 'unknown') {
    throw new ZoetropeError(
      'file-unreadable',
      say`"${name}" is not a video, a picture or a 3D scene that Zoetrope knows.`,
      say`Open a video, a JPEG, PNG, WebP or AVIF picture, or a scene such as GLB, OBJ or PLY.`,
    );
  }
  // Read a little of the video, so that a video without frames is refused now and not when it is first asked about.
  if (kind === 'video') await peekVideo(path);
  if (kind === 'photo') await readPhoto(path);
  return { kind, bytes: info.size };
}

/** The frames of a plan, as items in time order. `notes` receives plain sentences about what could not be read. */
export async function frameItems(
  path: string,
  source: SourceRef,
  asked: SamplingPlan,
  pictures: PictureStore,
  options: JobOptions = {},
): Promise<{ items: Item[]; notes: VideoNote[] }> {
  const index = await openVideo(path, options);
  const { assumedMatrix } = index;
  const { transparency } = await renderingFor(index, options.signal);
  const [numerator, denominator] = index.frames.timeBase;
  const { plan, note } = withinVideo(index, asked);
  const notes: VideoNote[] = [...index.notes, ...(note ? [note] : [])];
  const places =
    plan.strategy === 'scene' ? await scenePlaces(path, index, plan, notes, options) : planFrames(index, plan);
  const read = async (wanted: readonly number[]): Promise<Item[]> => {
    const items: Item[] = [];
    const frames = readFrames(path, index, wanted, { ...options, onNote: (more) => notes.push(more) });
    for await (const { frame, image } of frames) {
      const pts = (frame.pts * numerator) / denominator;
      items.push({
        id: randomUUID(),
        origin: {
          kind: 'frame',
          source,
          index: frame.index,
          pts,
          time: frame.time,
          keyframe: frame.keyframe,
          duration: index.duration,
          ...(assumedMatrix && { assumedMatrix }),
          ...(transparency && { transparency }),
        },
        picture: await pictures.put(image),
      });
    }
    return items;
  };
  const before = notes.length;
  let items = await read(places);
  const [only] = places;
  if (items.length === 0 && places.length === 1 && plan.strategy === 'at') {
    // Only one moment was asked for: the nearest readable frame probably shows nearly the same.
    const near = await nearestSound(index, only!, options.signal);
    if (near !== undefined) {
      notes.length = before;
      items = await read([near]);
      const [wanted, taken] = [only!, near].map((place) => `${frameAt(index, place).time.toFixed(2)}`) as [
        string,
        string,
      ];
      const text = say`The frame at ${wanted} s could not be read: the nearest that can, at ${taken} s, is taken instead.`;
      notes.push({ kind: 'nearest-taken', text });
    }
  }
  if (items.length === 0 && places.length > 0) {
    throw new ZoetropeError(
      'video-damaged',
      say`No frame of "${source.name}" could be read.`,
      say`Copy the file again from where it came from.`,
      notes.map(({ text }) => inEnglish(text)).join(' '),
    );
  }
  return { items, notes };
}

/**
 * The times at which the frames of a plan are shown, from the index alone. @throws bad-request for a plan that needs
 * the pictures.
 */
export async function plannedTimes(
  path: string,
  plan: SamplingPlan,
  options: JobOptions = {},
): Promise<{ times: number[] }> {
  if (plan.strategy === 'scene') {
    throw new ZoetropeError(
      'bad-request',
      say`Scene changes can only be found by looking at the pictures.`,
      say`Sample the video instead.`,
    );
  }
  const index = await openVideo(path, options);
  return { times: planFrames(index, withinVideo(index, plan).plan).map((place) => frameAt(index, place).time) };
}

/**
 * Frames at changes of scene. For a video without any, evenly spaced frames and a note, because one frame would show
 * little of it.
 */
async function scenePlaces(
  path: string,
  index: VideoIndex,
  { cap, ranges }: { cap: number; ranges?: TimeRange[] | undefined },
  notes: VideoNote[],
  options: JobOptions,
): Promise<number[]> {
  const stretches = stretchesOf(index, ranges);
  const places = await sceneFrames(path, index, stretches, cap, options);
  const even = planFrames(index, { strategy: 'uniform', count: cap, ranges });
  if (places.length > stretches.length || places.length >= even.length) return places;
  notes.push({ kind: 'no-cuts', text: say`No change of scene was found, so the frames are evenly spread.` });
  return even;
}

/** A photograph as an item, or a rectangle of it. @throws as `readPhoto` */
export async function photoItem(
  path: string,
  source: SourceRef,
  pictures: PictureStore,
  options?: PhotoOptions,
): Promise<Item> {
  const { width, height, data, ...facts } = await readPhoto(path, options);
  return {
    id: randomUUID(),
    origin: { kind: 'photo', source, ...facts },
    picture: await pictures.put({ width, height, data }),
  };
}

/**
 * The tiles of a photograph, row by row, for a model that resizes each picture to `side` x `side` pixels. They show
 * details that are too small in the whole picture.
 * @throws bad-request if the picture is not larger than that, is a tile itself, or is not a photograph.
 */
export async function tileItems({ origin, picture }: Item, side: number, pictures: PictureStore): Promise<Item[]> {
  const grid = chooseGrid(picture, side);
  if (!grid || origin.kind !== 'photo' || origin.tile) {
    throw new ZoetropeError(
      'bad-request',
      say`The model already sees every detail of this picture.`,
      say`Only larger photographs need tiles.`,
      `${picture.width} x ${picture.height}`,
    );
  }
  const image = await pictures.get(picture);
  const items: Item[] = [];
  for (let row = 0; row < grid.rows; row++) {
    for (let column = 0; column < grid.columns; column++) {
      const tile: Tile = { row, column, ...grid, of: picture };
      items.push({
        id: randomUUID(),
        origin: { ...origin, tile },
        picture: await pictures.put(cutTile(image, grid, column, row)),
      });
    }
  }
  return items;
}

/** A rendered view as an item. Alpha is dropped, because views are opaque. @throws bad-request on a size mismatch. */
export async function viewItem(
  { rgba, source: _named, passes: _passes, ...facts }: Omit<ViewCapture, 'source'> & { source: unknown },
  source: SourceRef,
  pictures: PictureStore,
): Promise<Item> {
  const { width, height } = facts.intrinsics;
  if (rgba.length !== width * height * 4) {
    throw new ZoetropeError(
      'bad-request',
      say`A captured view has the wrong size.`,
      say`Capture it again.`,
      `${rgba.length} bytes for ${width}x${height}`,
    );
  }
  const data = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    data[to] = rgba[from]!;
    data[to + 1] = rgba[from + 1]!;
    data[to + 2] = rgba[from + 2]!;
  }
  return {
    id: randomUUID(),
    origin: { kind: 'view', source, ...facts },
    picture: await pictures.put({ width, height, data }),
  };
}
