// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { createWriteStream, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { finished } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { say, throwIfCancelled, ZoetropeError, type OnProgress } from '../contract';
import { makeTemporarySync } from '../lifetime';
import { firstBytes, type FileStamp } from './file';
import { FileCache } from './file-cache';
import { ANIMATION_FRAMES, VIDEO_PIXELS, WEBP_DECODED_PIXELS } from './limits';
import { sharp } from './sharp';

/** Increase it when the way copies are made changes. */
const VERSION = 2;
/** Pixels decoded in one step: reaching a picture of an animation decodes all before it. */
const AT_ONCE = 16e6;
/** Browsers show pictures of 10 ms or less for this long, in milliseconds. */
const USUAL_DELAY = 100;

/** Whether the header of a WebP says that it is animated. ffmpeg before version 9 does not read these. */
export const isMovingWebp = async (path: string): Promise<boolean> => isWebpAnimation(await firstBytes(path, 21));

export const isWebpAnimation = (head: Buffer): boolean =>
  head.length > 20 &&
  head.toString('latin1', 0, 4) === 'RIFF' &&
  head.toString('latin1', 8, 16) === 'WEBPVP8X' &&
  (head[20]! & 2) !== 0;

const unreadable = (path: string, error: unknown): ZoetropeError =>
  new ZoetropeError(
    'not-a-video',
    say`"${basename(path)}" is an animated WebP that cannot be read.`,
    say`Save it again with the program that made it.`,
    String(error),
  );

/** Checks from its header that an animation can be read. @throws ZoetropeError `not-a-video`, `file-too-large`. */
export async function checkWebp(path: string): Promise<void> {
  await factsOf(path);
}

/** The properties of an animation. `together`: pictures that are decoded in one step. */
async function factsOf(path: string) {
  const {
    pages = 1,
    delay = [],
    width,
    pageHeight = 0,
  } = await sharp(path, { pages: -1 })
    .metadata()
    .catch((error: unknown) => Promise.reject(unreadable(path, error)));
  const pixels = width * pageHeight;
  const together = Math.max(1, Math.floor(AT_ONCE / pixels));
  const decoded = (pixels * pages * (1 + pages / together)) / 2;
  if (pixels > VIDEO_PIXELS || pages > ANIMATION_FRAMES || decoded > WEBP_DECODED_PIXELS) {
    throw new ZoetropeError(
      'file-too-large',
      say`"${basename(path)}" is too large an animation to be read.`,
      say`Save it as a video, MP4 for example, then open that.`,
      `${pages} pictures of ${width} x ${pageHeight}`,
    );
  }
  return { pages, delay, pageHeight, together };
}

let own: FileCache | undefined;

/** A temporary cache for copies where nothing is kept across restarts: removed when the process ends. */
function passing(): FileCache {
  if (own) return own;
  const folder = makeTemporarySync('unpacked');
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return (own = new FileCache(folder, 4e9));
}

/**
 * The pictures of an animated WebP, lossless and with their times, as an animated PNG that every ffmpeg reads;
 * transparent pixels on white. Returns the copy made before, if there is one.
 * @throws ZoetropeError `not-a-video`, `file-too-large`, `cancelled`.
 */
export async function unpackedWebp(
  path: string,
  stamp: FileStamp,
  {
    signal,
    onProgress,
    copies = passing(),
  }: { signal?: AbortSignal | undefined; onProgress?: OnProgress | undefined; copies?: FileCache | undefined },
): Promise<string> {
  return copies.get(`${FileCache.key(path, stamp, `webp ${VERSION}`)}.apng`, async (partial) => {
    try {
      await writeApng(path, partial, signal, onProgress);
    } catch (error) {
      throwIfCancelled(signal);
      throw error instanceof ZoetropeError ? error : unreadable(path, error);
    }
  });
}

async function writeApng(
  path: string,
  to: string,
  signal: AbortSignal | undefined,
  onProgress: OnProgress | undefined,
): Promise<void> {
  const { pages, delay, pageHeight, together } = await factsOf(path);
  const out = createWriteStream(to);
  const put = async (type: string, data: Uint8Array): Promise<void> => {
    if (!out.write(chunk(type, data))) await once(out, 'drain');
  };
  try {
    out.write(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
    let sequence = 0;
    for (let page = 0; page < pages;) {
      const strip = sharp(path, { page, pages: Math.min(together, pages - page) })
        .flatten({ background: '#ffffff' })
        .removeAlpha()
        .toColourspace('srgb');
      const { data, info } = await strip.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
      const size = info.width * pageHeight * info.channels;
      for (let at = 0; at < data.length; at += size, page++) {
        throwIfCancelled(signal);
        const raw = { width: info.width, height: pageHeight, channels: info.channels };
        const parts = chunksOf(
          await sharp(data.subarray(at, at + size), { raw })
            .png({ compressionLevel: 2, adaptiveFiltering: false })
            .toBuffer(),
        );
        if (page === 0) {
          await put('IHDR', parts.find(({ type }) => type === 'IHDR')!.data);
          await put('acTL', words(pages, 0));
        }
        const shown = delay[page] ?? 0;
        await put('fcTL', frameControl(sequence++, info.width, pageHeight, shown > 10 ? shown : USUAL_DELAY));
        for (const { type, data: bytes } of parts) {
          if (type !== 'IDAT') continue;
          if (page === 0) await put('IDAT', bytes);
          else await put('fdAT', Buffer.concat([words(sequence++), bytes]));
        }
        onProgress?.({ step: 'index', done: page + 1, total: pages });
      }
    }
    await put('IEND', new Uint8Array(0));
    out.end();
    await finished(out);
  } finally {
    out.destroy();
  }
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([words(data.length), body, words(crc32(body))]);
}

function* chunksIn(png: Buffer): Generator<{ type: string; data: Buffer }> {
  for (let at = 8; at + 12 <= png.length;) {
    const length = png.readUInt32BE(at);
    yield { type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) };
    at += length + 12;
  }
}
const chunksOf = (png: Buffer): { type: string; data: Buffer }[] => [...chunksIn(png)];

/** Big-endian 32-bit numbers. */
function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeUInt32BE(value, i * 4));
  return bytes;
}

/** The frame control chunk of a full-size picture, shown for `milliseconds`. */
function frameControl(sequence: number, width: number, height: number, milliseconds: number): Buffer {
  const delay = Buffer.alloc(6); // numerator, denominator; nothing kept or blended
  delay.writeUInt16BE(Math.min(65535, milliseconds), 0);
  delay.writeUInt16BE(1000, 2);
  return Buffer.concat([words(sequence, width, height, 0, 0), delay]);
}
