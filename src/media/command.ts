// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import { say, ZoetropeError } from '../contract';
import { anyOf, decodedBy, decodePictures, onClock } from './decode';
import { everyFrame, seekTo } from './ffmpeg';
import { renderingFor } from './frame-rendering';
import { firstWay, framesAhead, seekPoint } from './seek';
import type { MediaOptions, VideoIndex } from './video';

/**
 * Quotes a word for this platform's shell. On Windows that is PowerShell, which expands nothing inside single quotes.
 */
export function quoted(word: string, platform: NodeJS.Platform = process.platform): string {
  if (/^[\w./:=+-]+$/.test(word)) return word;
  // PowerShell ends a word at any of these quotes too.
  return platform === 'win32' ? `'${word.replace(/['\u2018-\u201b]/g, '$&$&')}'` : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * An ffmpeg command, as words, that writes exactly these frames of a video as PNG files, in time order. It finds them
 * as we do, by their time stamps, and seeks to the keyframe before the first of them if a test showed that this works.
 * @param places ordinals, ascending, without duplicates.
 * @param output name of the files, with `%03d` for their number.
 * @throws ZoetropeError `bad-request` for an animated WebP, which no ffmpeg in common use reads, and where a frame can
 *   be identified neither by its time nor by ffmpeg's own count.
 */
export async function ffmpegCommand(
  path: string,
  index: VideoIndex,
  places: readonly number[],
  output: string,
  options: MediaOptions = {},
): Promise<string[]> {
  if (index.file !== path) {
    throw new ZoetropeError(
      'bad-request',
      say`ffmpeg cannot read "${basename(path)}": it is an animated WebP.`,
      say`Save the frames as PNG files instead.`,
    );
  }
  const { pts, timeBase, by } = index.frames;
  if (by === 'order') {
    throw new ZoetropeError(
      'bad-request',
      say`No ffmpeg command finds frames of "${basename(path)}": they have no times, and their size changes.`,
      say`Save the frames as PNG files instead.`,
    );
  }
  const seek = await provenSeek(path, index, places, options);
  const select = anyOf(places.map((place) => `eq(${by}\\,${by === 'n' ? place : pts[place]!})`));
  const { filter, decoder } = await renderingFor(index, options.signal);
  const chain = [...onClock(timeBase, index.fields), `select=${select}`, ...(filter ? [filter] : [])];
  return [
    ...['ffmpeg', '-copyts', ...decodedBy(decoder), ...seekTo(seek), '-i', `file:${path}`, '-map', '0:V:0'],
    ...[
      '-vf',
      chain.join(','),
      ...everyFrame(),
      '-frames:v',
      String(places.length),
      '-pix_fmt',
      'rgb24',
      output.startsWith('-') ? `./${output}` : output,
    ],
  ];
}

/**
 * The seek time for these frames, in seconds; undefined (the start of the file) unless seeking was seen to return the
 * first of them.
 */
async function provenSeek(
  path: string,
  index: VideoIndex,
  places: readonly number[],
  { signal }: MediaOptions,
): Promise<number | undefined> {
  const way = firstWay(index);
  const seek = way === 'pass' ? undefined : seekPoint(index, places, way);
  const first = index.frames.pts[places[0] ?? -1];
  if (seek === undefined || first === undefined) return undefined;
  const { timeBase } = index.frames;
  for await (const { key } of decodePictures({
    path,
    by: 'pts',
    wanted: [first],
    timeBase,
    fields: index.fields,
    seek,
    size: index,
    frames: framesAhead(index, places.slice(0, 1), way),
    signal,
  })) {
    if (key === first) return seek;
  }
  return undefined;
}
