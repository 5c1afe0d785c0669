import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Sharp } from 'sharp';
import { say, ZoetropeError, type RgbImage } from '../contract';
import { firstBytes, stampFile } from './file';
import { startFfmpeg } from './ffmpeg';
import { isBmp, isHeic } from './kind';
import { sharp } from './sharp';

/** Largest photograph, in pixels: 600 MB as rgb24. A small file can ask for far more. */
const MAX_PIXELS = 200e6;

/** Bytes hashed at a stretch. */
const HASH_STEP = 2 << 20;

/**
 * Reads a photograph as it is meant to be seen: EXIF orientation applied, first frame of an animation, 8 bits.
 *
 * Alpha is dropped, not blended: PIL's `convert('RGB')`, and so the reference, does that. An embedded colour profile
 * is applied unless it is sRGB itself (converting sRGB to sRGB would only change last bits).
 * @throws ZoetropeError `file-missing`, `file-empty`, `file-unreadable`, `not-a-picture`.
 */
export async function readPhoto(path: string): Promise<RgbImage> {
  await stampFile(path);
  const name = basename(path);
  const head = await firstBytes(path, 400);
  if (isBmp(head)) return readBmp(path);
  if (isHeic(head)) {
    throw new ZoetropeError(
      'not-a-picture',
      say`"${name}" is a HEIC photograph, which cannot be read here.`,
      say`Export it as JPEG; an iPhone takes JPEGs with Settings > Camera > Formats > Most Compatible.`,
    );
  }
  try {
    const options = { limitInputPixels: MAX_PIXELS, failOn: 'error' } as const;
    const { icc } = await sharp(path, options).metadata();
    const ignoreIcc = icc === undefined || isSrgbProfile(icc);
    return await raw(sharp(path, { ...options, ignoreIcc }).autoOrient().toColourspace('srgb'));
  } catch (error) {
    const detail = String(error);
    if (/pixel limit/i.test(detail)) {
      throw new ZoetropeError('not-a-picture', say`"${name}" is larger than ${MAX_PIXELS / 1e6} megapixels.`, say`Save a smaller copy of it first.`, detail);
    }
    throw new ZoetropeError(
      'not-a-picture',
      say`"${name}" is not a picture that can be read.`,
      say`Choose a JPEG, PNG, WebP, GIF, TIFF, AVIF or BMP picture.`,
      detail,
    );
  }
}

/** The picture library does not know BMP; ffmpeg does. Like there, alpha is dropped. */
async function readBmp(path: string): Promise<RgbImage> {
  const bad = (detail: string): ZoetropeError =>
    new ZoetropeError('not-a-picture', say`"${basename(path)}" is a BMP picture that cannot be read.`, say`Save it as PNG, then open that.`, detail);
  const size = await bmpSize(path);
  if (size.width * size.height > MAX_PIXELS) throw bad(`${size.width} x ${size.height}`);
  const run = await startFfmpeg(
    [
      ...['-loglevel', 'error', '-protocol_whitelist', 'file,pipe', '-format_whitelist', 'bmp_pipe', '-f', 'bmp_pipe', '-i', `file:${path}`],
      ...['-frames:v', '1', '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1'],
    ],
    { limitSeconds: 60 },
  );
  try {
    const chunks: Buffer[] = [];
    for (let chunk = await run.read(); chunk; chunk = await run.read()) chunks.push(chunk);
    const data = new Uint8Array(Buffer.concat(chunks));
    if (data.length === 0 || data.length !== size.width * size.height * 3) throw bad(run.errors());
    return { ...size, data };
  } finally {
    run.stop();
    await run.closed;
  }
}

/** Old headers hold 16-bit numbers; a negative height means that the top row comes first. */
async function bmpSize(path: string): Promise<{ width: number; height: number }> {
  const head = await firstBytes(path, 26);
  if (head.readUInt32LE(14) === 12) return { width: head.readUInt16LE(18), height: head.readUInt16LE(20) };
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
    return await raw(sharp(png, { limitInputPixels: MAX_PIXELS, ignoreIcc: true }));
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
