// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Metadata, Sharp } from 'sharp';
import {
  cropWithin,
  say,
  ZoetropeError,
  type Crop,
  type PhotoFacts,
  type Rectangle,
  type RgbImage,
  type Transparency,
  type WantedCrop,
} from '../contract';
import { cutRectangle } from '../vision';
import { firstBytes, stampFile } from './file';
import { startFfmpeg } from './ffmpeg';
import { photoFormat } from './kind';
import {
  BMP_PIXELS,
  decodingSeconds,
  ffmpegMemory,
  PHOTO_BYTES,
  PHOTO_KEPT_PIXELS,
  PHOTO_PIXELS,
  photoSeconds,
} from './limits';
import { usedBits } from './photo-depth';
import { sharp } from './sharp';

export interface PhotoOptions {
  /**
   * `white` (default), or `dropped`, which leaves the colours as they are stored, as Pillow's `convert('RGB')` does, and
   * therefore the reference.
   */
  transparency?: Transparency | undefined;
  /** The rectangle to read; default: all of it. */
  crop?: WantedCrop | undefined;
}

export type ReadPhoto = RgbImage & PhotoFacts & { crop?: Crop };

/** Bytes hashed per step. */
const HASH_STEP = 2 << 20;

/**
 * Reads a photograph as every viewer shows it: EXIF orientation applied, first frame of an animation, 8 bits,
 * transparent pixels on white; one of more than 100 megapixels at half its size. Values that use fewer than 16 of 16
 * bits are scaled to the full range.
 *
 * An embedded colour profile is applied unless it is sRGB itself (converting sRGB to sRGB would only change last bits).
 *
 * A crop has the pixels of the whole at full size, also where the whole is read at half of it, unless its file can only
 * be read as a whole and that takes too much memory.
 * @throws ZoetropeError `file-missing`, `file-empty`, `file-unreadable`, `file-too-large`, `not-a-picture`; as
 *   `cropWithin` for a crop.
 */
export async function readPhoto(path: string, options: PhotoOptions = {}): Promise<ReadPhoto> {
  const { transparency = 'white', crop } = options;
  await stampFile(path);
  const name = basename(path);
  const format = photoFormat(await firstBytes(path, 400));
  if (format === 'bmp') {
    const whole = await readBmp(path, transparency);
    const cut = crop && cropWithin(crop, whole, name);
    return cut ? { ...whole, ...cutRectangle(whole, cut), crop: cut } : whole;
  }
  if (format === 'heic') {
    throw new ZoetropeError(
      'not-a-picture',
      say`"${name}" is a HEIC photograph, which cannot be read here.`,
      say`Export it as JPEG; an iPhone takes JPEGs with Settings > Camera > Formats > Most Compatible.`,
    );
  }
  if (format === undefined) throw notAPicture(name);
  try {
    const reading = { limitInputPixels: PHOTO_PIXELS, failOn: 'error' } as const;
    const facts = await sharp(path, reading).metadata();
    const { width, height } = facts.autoOrient;
    const cut = crop && cropWithin(crop, { width, height }, name);
    const isCutEarly = cut !== undefined && shrinkOf(facts, cut.width * cut.height) === 1;
    const shrink = isCutEarly ? 1 : shrinkOf(facts);
    if (shrink === undefined) throw tooLarge(name, `${facts.width} x ${facts.height} ${facts.format}`);
    const ignoreIcc = facts.icc === undefined || isSrgbProfile(facts.icc);
    const whole = sharp(path, { ...reading, ignoreIcc })
      .timeout({ seconds: photoSeconds(facts.width * facts.height) })
      .autoOrient();
    if (isCutEarly) whole.extract({ left: cut.x, top: cut.y, width: cut.width, height: cut.height });
    const kept =
      shrink === 1 ? whole : whole.resize(Math.ceil(width / shrink), Math.ceil(height / shrink), { fit: 'fill' });
    const shown: PhotoFacts & { crop?: Crop } = {};
    if (shrink !== 1) shown.original = { width, height };
    if (cut) shown.crop = cut;
    const bits = await usedBits(path, facts);
    if (bits !== undefined) shown.bits = bits;
    if (facts.hasAlpha && (await isTransparent(path))) shown.transparency = transparency;
    // White in this range of values; sharp counts it in steps of 256.
    const white = bits === undefined ? 255 : 2 ** (bits - 8);
    const flat =
      shown.transparency === 'white'
        ? kept.flatten({ background: { r: white, g: white, b: white } })
        : kept.removeAlpha();
    const stretched = bits === undefined ? flat : flat.linear(65535 / (2 ** bits - 1), 0);
    const read = await raw(stretched.toColourspace('srgb'));
    return { ...(cut && !isCutEarly ? cutRectangle(read, scaled(cut, read)) : read), ...shown };
  } catch (error) {
    if (error instanceof ZoetropeError) throw error;
    const detail = String(error);
    throw /pixel limit|timeout/i.test(detail) ? tooLarge(name, detail) : notAPicture(name, detail);
  }
}

/** A crop in a photograph that was read at another size: whole pixels, at least one, inside it. */
function scaled(crop: Crop, { width, height }: { width: number; height: number }): Rectangle {
  const part = (at: number, length: number, from: number, to: number): [number, number] => {
    const start = Math.min(to - 1, Math.round((at / from) * to));
    return [start, Math.max(1, Math.min(to, Math.round(((at + length) / from) * to)) - start)];
  };
  const [x, wide] = part(crop.x, crop.width, crop.of.width, width);
  const [y, high] = part(crop.y, crop.height, crop.of.height, height);
  return { x, y, width: wide, height: high };
}

/** Whether any pixel is not fully opaque. */
async function isTransparent(path: string): Promise<boolean> {
  const alpha = await sharp(path, { limitInputPixels: PHOTO_PIXELS })
    .extractChannel('alpha')
    .toColourspace('b-w')
    .raw({ depth: 'uchar' })
    .toBuffer();
  return alpha.some((value) => value < 255);
}

const notAPicture = (name: string, detail?: string): ZoetropeError =>
  new ZoetropeError(
    'not-a-picture',
    say`"${name}" is not a picture that can be read.`,
    say`Choose a JPEG, PNG, WebP, GIF, TIFF, AVIF or BMP picture.`,
    detail,
  );

const tooLarge = (name: string, detail: string): ZoetropeError =>
  new ZoetropeError(
    'file-too-large',
    say`"${name}" is too large: reading it would take more memory or time than a picture may.`,
    say`Save a smaller copy of it first, as JPEG.`,
    detail,
  );

/** Bytes per pixel that reading the picture takes: here, and in the WebAssembly library's own memory. */
const HELD = 6;

/**
 * By what factor to reduce a photograph when reading it: 1, 2, or undefined if even 2 would need too much memory.
 * @param kept number of its pixels that are kept, if it is cut before it is reduced.
 */
export function shrinkOf(facts: Decoded, kept = facts.width * facts.height): 1 | 2 | undefined {
  const pixels = facts.width * facts.height;
  const isReadable = pixels <= PHOTO_PIXELS && kept <= PHOTO_KEPT_PIXELS;
  if (isReadable && decoderBytes(facts, 1) + kept * HELD <= PHOTO_BYTES) return 1;
  return pixels <= PHOTO_PIXELS && decoderBytes(facts, 2) + (pixels / 4) * HELD <= PHOTO_BYTES ? 2 : undefined;
}

type Decoded = Pick<Metadata, 'format' | 'width' | 'height' | 'channels' | 'depth' | 'isProgressive' | 'orientation'>;

/** Bytes that decoders hold of the whole picture at once, as measured; 0 for those that read row by row. */
function decoderBytes(
  { format, width, height, channels, depth, isProgressive, orientation = 1 }: Decoded,
  shrink: number,
): number {
  const pixels = width * height;
  const pixel = channels * (SAMPLE_BYTES[depth] ?? 8);
  // Rotation needs all rows at once; a JPEG is reduced before it, anything else after it.
  const turned = orientation > 1 ? (pixel * pixels) / (format === 'jpeg' ? shrink ** 2 : 1) : 0;
  if (format === 'jpeg') return turned + (isProgressive ? 2 * channels * pixels : 0); // its coefficients
  if (format === 'png') return turned + (isProgressive ? pixel * pixels : 0);
  if (format === 'tiff') return turned + pixel * pixels; // it may be one strip
  return turned + pixels * (format === 'heif' ? 15 * (depth === 'uchar' ? 1 : 2) : 6);
}

const SAMPLE_BYTES: Partial<Record<Metadata['depth'], number>> = {
  uchar: 1,
  char: 1,
  ushort: 2,
  short: 2,
  uint: 4,
  int: 4,
  float: 4,
};

/** Reads a BMP with ffmpeg; sharp does not support it. */
async function readBmp(path: string, transparency: Transparency): Promise<RgbImage & PhotoFacts> {
  const name = basename(path);
  const bad = (detail: string): ZoetropeError =>
    new ZoetropeError(
      'not-a-picture',
      say`"${name}" is a BMP picture that cannot be read.`,
      say`Save it as PNG, then open that.`,
      detail,
    );
  const head = await firstBytes(path, 70);
  const size = bmpSize(head);
  if (!size) throw bad('no whole header');
  if (size.width * size.height > BMP_PIXELS) {
    throw new ZoetropeError(
      'file-too-large',
      say`"${name}" is larger than ${BMP_PIXELS / 1e6} megapixels, the most of a BMP picture.`,
      say`Save it as PNG, then open that.`,
      `${size.width} x ${size.height}`,
    );
  }
  const channels = bmpHasAlpha(head) ? 4 : 3;
  const run = await startFfmpeg(
    [
      ...[
        '-loglevel',
        'error',
        '-protocol_whitelist',
        'file,pipe',
        '-format_whitelist',
        'bmp_pipe',
        '-f',
        'bmp_pipe',
        '-i',
        `file:${path}`,
      ],
      ...['-frames:v', '1', '-pix_fmt', channels === 4 ? 'rgba' : 'rgb24', '-f', 'rawvideo', 'pipe:1'],
    ],
    { limitSeconds: 60, cpuSeconds: decodingSeconds(1, size), memory: ffmpegMemory(size) },
  );
  try {
    const data = new Uint8Array(size.width * size.height * channels);
    let filled = 0;
    for (let chunk = await run.read(); chunk; chunk = await run.read()) {
      if (filled + chunk.length > data.length) throw bad('more pixels than its header says');
      data.set(chunk, filled);
      filled += chunk.length;
    }
    if (filled === 0 || filled < data.length) throw bad(run.errors());
    return channels === 4 ? withoutAlpha(size, data, transparency) : { ...size, data };
  } finally {
    run.stop();
    await run.closed;
  }
}

/** Only a header that names alpha bits has alpha: otherwise the fourth byte of 32 bits is to be ignored. */
const bmpHasAlpha = (head: Buffer): boolean =>
  head.length === 70 && head.readUInt32LE(14) >= 56 && head.readUInt32LE(30) === 3 && head.readUInt32LE(66) !== 0;

function withoutAlpha(
  { width, height }: { width: number; height: number },
  rgba: Uint8Array,
  transparency: Transparency,
): RgbImage & PhotoFacts {
  const data = new Uint8Array(width * height * 3);
  let transparent = false;
  for (let from = 0, to = 0; to < data.length; from += 4, to += 3) {
    const alpha = rgba[from + 3]!;
    transparent ||= alpha < 255;
    const shown = transparency === 'white' ? alpha : 255;
    for (let c = 0; c < 3; c++) data[to + c] = Math.round((rgba[from + c]! * shown + 255 * (255 - shown)) / 255);
  }
  return { width, height, data, ...(transparent && { transparency }) };
}

/**
 * Width and height of a BMP; undefined if the file is too short. Old headers hold 16-bit numbers; a negative height
 * means that the top row comes first.
 */
function bmpSize(head: Buffer): { width: number; height: number } | undefined {
  const old = head.readUInt32LE(14) === 12;
  if (head.length < (old ? 22 : 26)) return undefined;
  if (old) return { width: head.readUInt16LE(18), height: head.readUInt16LE(20) };
  return { width: Math.abs(head.readInt32LE(18)), height: Math.abs(head.readInt32LE(22)) };
}

/** PNG bytes, lossless, compressed for speed rather than size. */
export async function encodePng(image: RgbImage): Promise<Buffer> {
  return fromRaw(image).png({ compressionLevel: 2, adaptiveFiltering: false }).toBuffer();
}

/** PNG bytes with one 16-bit number per pixel, lossless. */
export async function encodePng16(grey: Uint16Array, width: number, height: number): Promise<Buffer> {
  return sharp(grey, { raw: { width, height, channels: 1 } })
    .toColourspace('grey16')
    .png({ compressionLevel: 6 })
    .toBuffer();
}

/** The inverse of `encodePng`. @throws ZoetropeError `not-a-picture`. */
export async function decodePng(png: Uint8Array): Promise<RgbImage> {
  try {
    return await raw(sharp(png, { limitInputPixels: PHOTO_PIXELS, ignoreIcc: true }));
  } catch (error) {
    throw new ZoetropeError(
      'not-a-picture',
      say`A stored picture cannot be read.`,
      say`Sample the frame again.`,
      String(error),
    );
  }
}

/** JPEG bytes for people, never for the model. `fullColour`: no chroma subsampling. */
export async function encodeJpeg(image: RgbImage, quality = 75, fullColour = false): Promise<Buffer> {
  return fromRaw(image)
    .jpeg({ quality, chromaSubsampling: fullColour ? '4:4:4' : '4:2:0' })
    .toBuffer();
}

/** The picture at this height, for people. It is never enlarged. */
export const smallOf = (image: RgbImage, height: number): Promise<RgbImage> =>
  raw(fromRaw(image).resize({ height, withoutEnlargement: true }));

/** SHA-256 (hex) of the rgb24 bytes alone; a key for pictures must also contain their size. */
export function pictureHash(image: RgbImage): string {
  return createHash('sha256').update(image.data).digest('hex');
}

/** As `pictureHash`, in steps of a few milliseconds: a large photograph takes a tenth of a second. */
export function* pictureHashSteps({ data }: RgbImage): Generator<void, string> {
  const hash = createHash('sha256');
  for (let at = 0; at < data.length; at += HASH_STEP) {
    if (at > 0) yield;
    hash.update(data.subarray(at, at + HASH_STEP));
  }
  return hash.digest('hex');
}

async function raw(image: Sharp): Promise<RgbImage> {
  const { data, info } = await image.removeAlpha().raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  // The WebAssembly library reuses its memory once its own view is gone, so other users need a copy.
  const isLent = data.buffer instanceof SharedArrayBuffer;
  if (channels === 3)
    return {
      width,
      height,
      data: isLent ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.length),
    };
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) rgb.fill(data[i * channels]!, i * 3, i * 3 + 3);
  return { width, height, data: rgb };
}

const fromRaw = ({ width, height, data }: RgbImage): Sharp => sharp(data, { raw: { width, height, channels: 3 } });

/** Whether an ICC profile is sRGB. Its description tag holds its name in ASCII or UTF-16. */
function isSrgbProfile(icc: Buffer): boolean {
  return /sRGB/.test(icc.toString('latin1').replaceAll('\0', ''));
}
