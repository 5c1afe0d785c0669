// SPDX-License-Identifier: Apache-2.0
import { throwIfCancelled } from '../contract';
import { decodePictures, scaleTo, type Picture } from './decode';
import { checkUnchanged } from './file';
import { renderingFor } from './frame-rendering';
import { encodeJpeg } from './photo';
import { planFrames } from './plan';
import { framesAhead } from './seek';
import { frameAt, keyframeBefore, type VideoIndex } from './video';

export interface ThumbnailOptions {
  /** Most thumbnails; a long video with fewer keyframes yields fewer. */
  count: number;
  /** Height of each in pixels. */
  height: number;
  /** Only within this range, in seconds since the start. */
  range?: { start: number; end: number } | undefined;
  signal?: AbortSignal | undefined;
}

export interface Thumbnail {
  /** Seconds since the start. */
  time: number;
  jpeg: Buffer;
}

/** Up to this many bytes, reading the whole file once is cheaper than starting ffmpeg for each picture. */
const SMALL_FILE = 48e6;

/** Up to this many pixels in all (a few seconds of 1080p), every frame is decoded, so that the strip has no gaps. */
const SHORT_VIDEO = 1e9;

/**
 * Thumbnails for a timeline, in time order: evenly spread frames of a short video; for a longer one the keyframes
 * before such moments. One ffmpeg at a time. A thumbnail that cannot be read is left out: use `readFrames` for exact
 * frames.
 * @throws ZoetropeError `file-missing`, `file-changed`, `cancelled`.
 */
export async function* thumbnails(
  path: string,
  index: VideoIndex,
  { count, height, range, signal }: ThumbnailOptions,
): AsyncGenerator<Thumbnail, void, void> {
  throwIfCancelled(signal);
  await checkUnchanged(path, index);
  const spread = planFrames(index, { strategy: 'uniform', count, ...(range && { ranges: [range] }) });
  const everyFrame =
    index.access === 'pass' ||
    index.fields !== undefined ||
    index.frameCount * index.width * index.height <= SHORT_VIDEO;
  const places = everyFrame ? spread : [...new Set(spread.map((i) => keyframeBefore(index, i)))];
  const { filter, decoder } = await renderingFor(index, signal);
  const { pts, timeBase, by } = index.frames;
  const key = (place: number): number => (by === 'pts' ? pts[place]! : place);
  const runs = everyFrame || index.size <= SMALL_FILE ? [places] : places.map((place) => [place]);
  for (const run of runs) {
    const first = run[0];
    if (first === undefined) return;
    const seek =
      run.length === 1 && first > 0 ? ((pts[first]! + pts[first - 1]!) / 2) * (timeBase[0] / timeBase[1]) : undefined;
    const pictures = decodePictures({
      ...{ path: index.file, by, wanted: run.map(key), timeBase, fields: index.fields, signal, keyOnly: !everyFrame },
      decoder,
      rendering: [filter, scaleTo(height)].filter(Boolean).join(','),
      seek: everyFrame ? undefined : seek,
      ...{
        size: index,
        frames: everyFrame
          ? index.frameCount
          : run.length === 1
            ? framesAhead(index, run, 'seek')
            : index.frames.keyframes.length,
      },
    });
    const placeOf = new Map(run.map((place) => [key(place), place]));
    for await (const picture of pictures) {
      const place = placeOf.get(picture.key);
      if (place !== undefined) yield { time: frameAt(index, place).time, jpeg: await jpegOf(picture) };
    }
  }
}

const jpegOf = (picture: Picture): Promise<Buffer> => encodeJpeg(picture.image);
