// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from 'node:fs/promises';
import { throwIfCancelled } from '../contract';
import { input, startFfmpeg } from './ffmpeg';
import { checkUnchanged } from './file';
import { FileCache } from './file-cache';
import { patience, soundSeconds, WAVEFORM_SECONDS } from './limits';
import type { MediaOptions, VideoIndex } from './video';

/** Increase it when the way peaks are made changes: older ones are then not found. */
const VERSION = 1;
/** Peaks per second: finer than a frame, and an hour takes 180 kB. */
export const PEAKS_PER_SECOND = 50;
/** Sample rate in Hz: enough for the outline of speech. */
const RATE = 8000;
const RUN = RATE / PEAKS_PER_SECOND;

/**
 * How loud the sound is over the video's own time: a byte for each 20 ms, 0 silent to 255 full. Decodes the sound once
 * and caches the result. Empty if there is no sound or it cannot be read.
 * @throws ZoetropeError `file-missing`, `file-changed`, `cancelled`.
 */
export async function waveform(
  path: string,
  index: VideoIndex,
  cache: FileCache,
  options: MediaOptions = {},
): Promise<Uint8Array> {
  if (!index.hasAudio) return new Uint8Array(0);
  await checkUnchanged(path, index);
  const file = await cache.get(`${FileCache.key(path, index, `peaks ${VERSION}`)}.peaks`, async (partial) => {
    await writeFile(partial, await readPeaks(path, index, options));
  });
  return Uint8Array.from(await readFile(file));
}

async function readPeaks(path: string, index: VideoIndex, { signal }: MediaOptions): Promise<Uint8Array> {
  const seconds = Math.min(index.duration, WAVEFORM_SECONDS) + 1;
  const cpuSeconds = soundSeconds(seconds, index.size);
  const run = await startFfmpeg(
    [
      ...['-loglevel', 'error', ...input(path, '-vn'), '-map', '0:a:0', '-ac', '1', '-t', String(seconds)],
      // Gaps become silence and the first peak is at time 0, so that the index of a peak gives its time.
      ...[
        '-af',
        `${index.lead > 0 ? `atrim=start=${index.lead.toFixed(6)},asetpts=PTS-${index.lead.toFixed(6)}/TB,` : ''}aresample=${RATE}:async=1:first_pts=0`,
        '-f',
        's16le',
        'pipe:1',
      ],
    ],
    { signal, cpuSeconds, limitSeconds: patience(cpuSeconds) + index.size / 5e6 },
  );
  const peaks = new PeakMeter(Math.ceil(seconds * PEAKS_PER_SECOND) + 1);
  try {
    for (let chunk = await run.read(); chunk; chunk = await run.read()) peaks.add(chunk);
    throwIfCancelled(signal);
    return peaks.finish();
  } finally {
    run.stop();
    await run.closed;
  }
}

/** Reduces little-endian 16-bit samples to the loudest of each group; never more than `most` peaks. */
export class PeakMeter {
  readonly #peaks: Uint8Array;
  #count = 0;
  #loudest = 0;
  #inRun = 0;
  #odd: number | undefined;

  constructor(most: number) {
    this.#peaks = new Uint8Array(most);
  }

  add(chunk: Uint8Array): void {
    let at = 0;
    if (this.#odd !== undefined && chunk.length > 0) {
      this.#sample(this.#odd | (chunk[0]! << 8));
      at = 1;
    }
    for (; at + 1 < chunk.length; at += 2) this.#sample(chunk[at]! | (chunk[at + 1]! << 8));
    this.#odd = at < chunk.length ? chunk[at] : undefined;
  }

  finish(): Uint8Array {
    if (this.#inRun > 0) this.#close();
    return this.#peaks.slice(0, this.#count);
  }

  #sample(bits: number): void {
    const loud = Math.abs((bits << 16) >> 16);
    if (loud > this.#loudest) this.#loudest = loud;
    if (++this.#inRun === RUN) this.#close();
  }

  #close(): void {
    if (this.#count < this.#peaks.length) this.#peaks[this.#count++] = Math.min(255, this.#loudest >> 7);
    this.#loudest = 0;
    this.#inRun = 0;
  }
}
