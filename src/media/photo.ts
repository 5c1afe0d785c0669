import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Sharp } from 'sharp';
import { ZoetropeError, type RgbImage } from '../contract';
import { stampFile } from './file';
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
  try {
    const options = { limitInputPixels: MAX_PIXELS, failOn: 'error' } as const;
    const { icc } = await sharp(path, options).metadata();
    const ignoreIcc = icc === undefined || isSrgbProfile(icc);
    return await raw(sharp(path, { ...options, ignoreIcc }).autoOrient().toColourspace('srgb'));
  } catch (error) {
    const detail = String(error);
    if (/pixel limit/i.test(detail)) {
      const limit = `${MAX_PIXELS / 1e6} megapixels`;
      throw new ZoetropeError('not-a-picture', `"${name}" is larger than ${limit}.`, 'Save a smaller copy of it first.', detail);
    }
    throw new ZoetropeError(
      'not-a-picture',
      `"${name}" is not a picture that can be read.`,
      'Choose a JPEG, PNG, WebP, GIF, TIFF or AVIF picture.',
      detail,
    );
  }
}

/** Lossless, favouring speed over size. */
export async function encodePng(image: RgbImage): Promise<Buffer> {
  return fromRaw(image).png({ compressionLevel: 2, adaptiveFiltering: false }).toBuffer();
}

/** The inverse of `encodePng`. @throws ZoetropeError `not-a-picture`. */
export async function decodePng(png: Uint8Array): Promise<RgbImage> {
  try {
    return await raw(sharp(png, { limitInputPixels: MAX_PIXELS, ignoreIcc: true }));
  } catch (error) {
    throw new ZoetropeError('not-a-picture', 'A stored picture cannot be read.', 'Sample the frame again.', String(error));
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
