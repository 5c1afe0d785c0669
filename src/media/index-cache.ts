// SPDX-License-Identifier: Apache-2.0
import { readFile, rm, writeFile } from 'node:fs/promises';
import { FileCache } from './file-cache';
import type { FileStamp } from './file';
import type { VideoIndex } from './video-index';

/** Increase it when the content of an index or the way it is read changes: older cached indexes are then not found. */
const VERSION = 6;

type Facts = Omit<VideoIndex, 'path' | 'file' | 'frames'> & {
  frames: Omit<VideoIndex['frames'], 'pts' | 'keyframes'>;
  keyframes: number;
};

/**
 * A video's index from the cache; if it is not there, it is read with `read` and cached. Reading goes through the whole
 * file, which takes minutes for tens of gigabytes. The cache file holds a line of JSON and then the times (float64) and
 * keyframes (uint32), little-endian.
 */
export async function keptIndex(
  path: string,
  file: string,
  stamp: FileStamp,
  cache: FileCache,
  read: () => Promise<VideoIndex>,
): Promise<VideoIndex> {
  const name = `${FileCache.key(path, stamp, `index ${VERSION}`)}.index`;
  const known = await cache.find(name);
  const kept =
    known === undefined ? undefined : unpacked(path, file, await readFile(known).catch(() => Buffer.alloc(0)));
  if (kept) return kept;
  if (known !== undefined) await rm(known, { force: true });
  const index = await read();
  // If it cannot be cached, it is read again next time.
  await cache.get(name, (partial) => writeFile(partial, encoded(index))).catch(() => undefined);
  return index;
}

function encoded({ path: _path, file: _file, frames: { pts, keyframes, ...frames }, ...facts }: VideoIndex): Buffer {
  const head = JSON.stringify({ ...facts, frames, keyframes: keyframes.length } satisfies Facts);
  const body = Buffer.alloc(pts.length * 8 + keyframes.length * 4);
  pts.forEach((value, i) => body.writeDoubleLE(value, i * 8));
  keyframes.forEach((value, i) => body.writeUInt32LE(value, pts.length * 8 + i * 4));
  return Buffer.concat([Buffer.from(`${head}\n`), body]);
}

/** The cached index, or undefined if the file is incomplete. */
function unpacked(path: string, file: string, data: Buffer): VideoIndex | undefined {
  try {
    const end = data.indexOf('\n');
    const { keyframes: keys, frames, ...facts } = JSON.parse(data.toString('utf8', 0, end)) as Facts;
    const body = data.subarray(end + 1);
    if (body.length !== facts.frameCount * 8 + keys * 4) return undefined;
    const pts = Float64Array.from({ length: facts.frameCount }, (_, i) => body.readDoubleLE(i * 8));
    const keyframes = Uint32Array.from({ length: keys }, (_, i) => body.readUInt32LE(facts.frameCount * 8 + i * 4));
    return { ...facts, path, file, frames: { ...frames, pts, keyframes } };
  } catch {
    return undefined;
  }
}
