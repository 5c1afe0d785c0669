import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Metadata, Sharp } from 'sharp';
import { say, ZoetropeError, type RgbImage } from '../contract';
import { firstBytes, stampFile } from './file';
import { startFfmpeg } from './ffmpeg';
import { photoFormat } from './kind';
import { BMP_PIXELS, decodingSeconds, ffmpegMemory, PHOTO_BYTES, PHOTO_KEPT_PIXELS, PHOTO_PIXELS, photoSeconds } from './limits';
import { sharp } from './sharp';

/** Bytes hashed at a stretch. */
const HASH_STEP = 2 << 20;

/**
 * Reads a photograph as it is meant to be seen: EXIF orientation applied, first frame of an animation, 8 bits; one of more
 * than 100 megapixels at half its size.
 *
 * Alpha is dropped, not blended: PIL's `convert('RGB')`, and so the reference, does that. An embedded colour profile
 * is applied unless it is sRGB itself (converting sRGB to sRGB would only change last bits).
 * @throws ZoetropeError `file-missing`, `file-empty`, `file-unreadable`, `file-too-large`, `not-a-picture`.
 */
export async function readPhoto(path: string): Promise<RgbImage> {
  await stampFile(path);
  const name = basename(path);
  const format = photoFormat(await firstBytes(path, 400));
  if (format === 'bmp') return readBmp(path);
  if (format === 'heic') {
    throw new ZoetropeError(
      'not-a-picture',
      say`"${name}" is a HEIC photograph, which cannot be read here.`,
      say`Export it as JPEG; an iPhone takes JPEGs with Settings > Camera > Formats > Most Compatible.`,
    );
  }
  if (format === undefined) throw notAPicture(name);
  try {
    const options = { limitInputPixels: PHOTO_PIXELS, failOn: 'error' } as const;
    const facts = await sharp(path, options).metadata();
    const shrink = shrinkOf(facts);
    if (shrink === undefined) throw tooLarge(name, `${facts.width} x ${facts.height} ${facts.format}`);
    const ignoreIcc = facts.icc === undefined || isSrgbProfile(facts.icc);
    const whole = sharp(path, { ...options, ignoreIcc }).timeout({ seconds: photoSeconds(facts.width * facts.height) }).autoOrient();
    const { width, height } = facts.autoOrient;
    const kept = shrink === 1 ? whole : whole.resize(Math.ceil(width / shrink), Math.ceil(height / shrink), { fit: 'fill' });
    return await raw(kept.toColourspace('srgb'));
  } catch (error) {
    if (error instanceof ZoetropeError) throw error;
    const detail = String(error);
    throw /pixel limit|timeout/i.test(detail) ? tooLarge(name, detail) : notAPicture(name, detail);
  }
}

const notAPicture = (name: string, detail?: string): ZoetropeError =>
  new ZoetropeError('not-a-picture', say`"${name}" is not a picture that can be read.`, say`Choose a JPEG, PNG, WebP, GIF, TIFF, AVIF or BMP picture.`, detail);

const tooLarge = (name: string, detail: string): ZoetropeError =>
  new ZoetropeError('file-too-large', say`"${name}" is too large: reading it would take more memory or time than a picture may.`, say`Save a smaller copy of it first, as JPEG.`, detail);

/** Bytes a pixel that the picture takes when it is read: here, and in the WebAssembly library's own memory. */
const HELD = 6;

/** How many times smaller to read a photograph: 1, 2, or undefined where even that would take too much. */
export function shrinkOf(facts: PhotoFacts): 1 | 2 | undefined {
  const pixels = facts.width * facts.height;
  if (pixels <= PHOTO_KEPT_PIXELS && decoderBytes(facts, 1) + pixels * HELD <= PHOTO_BYTES) return 1;
  return pixels <= PHOTO_PIXELS && decoderBytes(facts, 2) + (pixels / 4) * HELD <= PHOTO_BYTES ? 2 : undefined;
}

type PhotoFacts = Pick<Metadata, 'format' | 'width' | 'height' | 'channels' | 'depth' | 'isProgressive' | 'orientation'>;

/** What decoders hold of the whole picture at once, in bytes, as measured; what they read row by row counts nothing. */
function decoderBytes({ format, width, height, channels, depth, isProgressive, orientation = 1 }: PhotoFacts, shrink: number): number {
  const pixels = width * height;
  const pixel = channels * (SAMPLE_BYTES[depth] ?? 8);
  // Turning needs all rows at once; a JPEG is made smaller before, anything else after it.
  const turned = orientation > 1 ? (pixel * pixels) / (format === 'jpeg' ? shrink ** 2 : 1) : 0;
  if (format === 'jpeg') return turned + (isProgressive ? 2 * channels * pixels : 0); // its coefficients
  if (format === 'png') return turned + (isProgressive ? pixel * pixels : 0);
  if (format === 'tiff') return turned + pixel * pixels; // it may be one strip
  return turned + pixels * (format === 'heif' ? 15 * (depth === 'uchar' ? 1 : 2) : 6);
}

const SAMPLE_BYTES: Partial<Record<Metadata['depth'], number>> = { uchar: 1, char: 1, ushort: 2, short: 2, uint: 4, int: 4, float: 4 };

/** The picture library does not know BMP; ffmpeg does. Like there, alpha is dropped. */
async function readBmp(path: string): Promise<RgbImage> {
  const name = basename(path);
  const bad = (detail: string): ZoetropeError =>
    new ZoetropeError('not-a-picture', say`"${name}" is a BMP picture that cannot be read.`, say`Save it as PNG, then open that.`, detail);
  const size = bmpSize(await firstBytes(path, 26));
  if (!size) throw bad('no whole header');
  if (size.width * size.height > BMP_PIXELS) {
    throw new ZoetropeError('file-too-large', say`"${name}" is larger than ${BMP_PIXELS / 1e6} megapixels, the most of a BMP picture.`, say`Save it as PNG, then open that.`, `${size.width} x ${size.height}`);
  }
  const run = await startFfmpeg(
    [
      ...['-loglevel', 'error', '-protocol_whitelist', 'file,pipe', '-format_whitelist', 'bmp_pipe', '-f', 'bmp_pipe', '-i', `file:${path}`],
      ...['-frames:v', '1', '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1'],
    ],
    { limitSeconds: 60, cpuSeconds: decodingSeconds(1, size), memory: ffmpegMemory(size) },
  );
  try {
    const data = new Uint8Array(size.width * size.height * 3);
    let filled = 0;
    for (let chunk = await run.read(); chunk; chunk = await run.read()) {
      if (filled + chunk.length > data.length) throw bad('more pixels than its header says');
      data.set(chunk, filled);
      filled += chunk.length;
    }
    if (filled === 0 || filled < data.length) throw bad(run.errors());
    return { ...size, data };
  } finally {
    run.stop();
    await run.closed;
  }
}

/** Old headers hold 16-bit numbers; a negative height means that the top row comes first. Undefined if the file ends before. */
function bmpSize(head: Buffer): { width: number; height: number } | undefined {
  const old = head.readUInt32LE(14) === 12;
  if (head.length < (old ? 22 : 26)) return undefined;
  if (old) return { width: head.readUInt16LE(18), height: head.readUInt16LE(20) };
  return { width: Math.abs(head.readInt32LE(18)), height: Math.abs(head.readInt32LE(22)) };
}

/** Lossless, favouring speed over size. */
export async function encodePng(image: RgbImage): Promise<Buffer> {
  return fromRaw(image).png({ compressionLevel: 2, adaptiveFiltering: false }).toBuffer();
}

/** One 16-bit number a pixel, without loss. */
export async function encodePng16(grey: Uint16Array, width: number, height: number): Promise<Buffer> {
  return sharp(grey, { raw: { width, height, channels: 1 } }).toColourspace('grey16').png({ compressionLevel: 6 }).toBuffer();
}

/** The inverse of `encodePng`. @throws ZoetropeError `not-a-picture`. */
export async function decodePng(png: Uint8Array): Promise<RgbImage> {
  try {
    return await raw(sharp(png, { limitInputPixels: PHOTO_PIXELS, ignoreIcc: true }));
  } catch (error) {
    throw new ZoetropeError('not-a-picture', say`A stored picture cannot be read.`, say`Sample the frame again.`, String(error));
  }
}

/** JPEG for people, never for the model. `fullColour`: colours at the picture's own resolution, not at half of it. */
export async function encodeJpeg(image: RgbImage, quality = 75, fullColour = false): Promise<Buffer> {
  return fromRaw(image).jpeg({ quality, chromaSubsampling: fullColour ? '4:4:4' : '4:2:0' }).toBuffer();
}

/** SHA-256 (hex) over the rgb24 bytes alone: a key of pictures has to hold their size too. */
export function pictureHash(image: RgbImage): string {
  return createHash('sha256').update(image.data).digest('hex');
}

/** As `pictureHash`, a few milliseconds at a time: a large photograph takes a tenth of a second. */
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
  if (channels === 3) return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) rgb.fill(data[i * channels]!, i * 3, i * 3 + 3);
  return { width, height, data: rgb };
}

const fromRaw = ({ width, height, data }: RgbImage): Sharp => sharp(data, { raw: { width, height, channels: 3 } });

/** The description tag of an ICC profile holds its name in ASCII or UTF-16. */
function isSrgbProfile(icc: Buffer): boolean {
  return /sRGB/.test(icc.toString('latin1').replaceAll('\0', ''));
}
