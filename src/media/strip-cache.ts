// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from 'node:fs/promises';
import { throwIfCancelled } from '../contract';
import { checkUnchanged } from './file';
import { FileCache } from './file-cache';
import { thumbnails, type Thumbnail, type ThumbnailOptions } from './thumbnails';
import type { VideoIndex } from './video';

/** Increase it when the way thumbnails are made changes: older ones are then not found. */
const VERSION = 1;
/** Bytes before each picture: its time (float64) and its length in bytes (uint32), little-endian. */
const HEAD = 12;

/**
 * `thumbnails`, from the cache if they were made before. Only those of the whole video are cached, not those of a range
 * that the user zoomed into.
 */
export async function* keptThumbnails(
  path: string,
  index: VideoIndex,
  options: ThumbnailOptions,
  cache: FileCache,
): AsyncGenerator<Thumbnail, void, void> {
  const { count, height, range, signal } = options;
  throwIfCancelled(signal);
  if (range) {
    yield* thumbnails(path, index, options);
    return;
  }
  await checkUnchanged(path, index);
  const name = `${FileCache.key(path, index, `strip ${count} ${height} ${VERSION}`)}.strip`;
  const known = await cache.find(name);
  if (known !== undefined) {
    yield* unpacked(await readFile(known));
    return;
  }
  const made: Thumbnail[] = [];
  for await (const thumbnail of thumbnails(path, index, options)) {
    made.push(thumbnail);
    yield thumbnail;
  }
  if (made.length > 0) await cache.get(name, (partial) => writeFile(partial, encoded(made)));
}

function encoded(strip: readonly Thumbnail[]): Buffer {
  return Buffer.concat(
    strip.flatMap(({ time, jpeg }) => {
      const head = Buffer.alloc(HEAD);
      head.writeDoubleLE(time, 0);
      head.writeUInt32LE(jpeg.length, 8);
      return [head, jpeg];
    }),
  );
}

function* unpacked(data: Buffer): Generator<Thumbnail> {
  for (let at = 0; at + HEAD <= data.length;) {
    const end = at + HEAD + data.readUInt32LE(at + 8);
    yield { time: data.readDoubleLE(at), jpeg: data.subarray(at + HEAD, end) };
    at = end;
  }
}
