// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from 'node:fs/promises';
import { throwIfCancelled } from '../contract';
import { scaleTo } from './decode';
import { input, seekTo, startFfmpeg } from './ffmpeg';
import { stampFile } from './file';
import { FileCache } from './file-cache';
import { fileKind } from './kind';
import { encodeJpeg, readPhoto, smallOf } from './photo';
import type { MediaOptions } from './video';

/** Increase it when the way thumbnails are made changes: older ones are then not found. */
const VERSION = 1;
/** Pixels. Shown at half of that on ordinary screens. */
const HEIGHT = 72;
/** Seconds into a video, because many begin with black. */
const MOMENT = 3;
const LIMIT_SECONDS = 30;
/** A larger picture is not a thumbnail. */
const MOST_BYTES = 1 << 20;

/**
 * A small JPEG that shows what a video or a photograph is about: for a video the keyframe before the third second, read
 * without listing its frames. Null for a scene, and for a file that shows nothing.
 * @throws ZoetropeError `file-missing`, `file-empty`, `cancelled`.
 */
export async function sourceThumbnail(
  path: string,
  cache: FileCache,
  { signal }: MediaOptions = {},
): Promise<Buffer | null> {
  const stamp = await stampFile(path);
  const kind = await fileKind(path);
  if (kind !== 'video' && kind !== 'photo') return null;
  const name = `${FileCache.key(path, stamp, `small ${HEIGHT} ${VERSION}`)}.jpg`;
  const file = await cache.get(name, async (partial) => {
    // An empty file says that there is nothing to show, so that it is not tried again.
    const jpeg = kind === 'photo' ? await photoJpeg(path) : await frameJpeg(path, signal);
    throwIfCancelled(signal);
    await writeFile(partial, jpeg);
  });
  const jpeg = await readFile(file);
  return jpeg.length === 0 ? null : jpeg;
}

const photoJpeg = async (path: string): Promise<Buffer> => {
  try {
    return await encodeJpeg(await smallOf(await readPhoto(path), HEIGHT));
  } catch {
    return Buffer.alloc(0); // opening it says why
  }
};

async function frameJpeg(path: string, signal: AbortSignal | undefined): Promise<Buffer> {
  for (const seconds of [MOMENT, undefined]) {
    const jpeg = await oneFrame(path, seconds, signal);
    if (jpeg.length > 0) return jpeg;
  }
  return Buffer.alloc(0);
}

async function oneFrame(path: string, seconds: number | undefined, signal: AbortSignal | undefined): Promise<Buffer> {
  const run = await startFfmpeg(
    [
      ...['-loglevel', 'error', ...input(path, ...seekTo(seconds), '-an', '-sn'), '-map', '0:V:0', '-frames:v', '1'],
      ...['-vf', scaleTo(HEIGHT), '-pix_fmt', 'yuvj420p', '-c:v', 'mjpeg', '-q:v', '4', '-f', 'image2pipe', 'pipe:1'],
    ],
    { signal, limitSeconds: LIMIT_SECONDS, cpuSeconds: LIMIT_SECONDS },
  );
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for (let chunk = await run.read(); chunk && bytes <= MOST_BYTES; chunk = await run.read()) {
      chunks.push(chunk);
      bytes += chunk.length;
    }
    throwIfCancelled(signal);
    return bytes > MOST_BYTES ? Buffer.alloc(0) : Buffer.concat(chunks);
  } catch {
    throwIfCancelled(signal);
    // A broken video has no thumbnail; opening it says why.
    return Buffer.alloc(0);
  } finally {
    run.stop();
    await run.closed;
  }
}
