// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import {
  formatBytes,
  pictureName,
  say,
  throwIfCancelled,
  type OnProgress,
  type PictureFormat,
  type PictureRef,
  type RgbImage,
  type SentPicture,
  type Turn,
} from '../../contract';
import { encodeJpeg, encodePng } from '../../media';
import { resizeSteps } from '../../vision';
import { inSteps } from '../in-steps';
import { ServerError } from './failure';

/** A picture as it goes out. `sha256` is of the very bytes. */
export interface EncodedPicture {
  bytes: Buffer;
  mime: 'image/png' | 'image/jpeg';
  width: number;
  height: number;
  sha256: string;
}

/** By the name of what they were made from (`pictureName`). */
export type EncodedPictures = ReadonlyMap<string, EncodedPicture>;

/** Where pictures come from: `PictureStore`, or what stands for it. */
export interface PictureSource {
  get: (picture: PictureRef) => Promise<RgbImage>;
  /** The picture as a lossless PNG, if there is one already. */
  png?: (picture: PictureRef) => Promise<Buffer>;
}

/** Pictures that are encoded at once: the picture library has threads of its own. */
const AT_ONCE = 4;
/** Bytes of all pictures together. They are held in memory until the answer begins. */
const MOST_BYTES = 360_000_000;

/**
 * The pictures of all turns, each once.
 * @throws server-too-many-pictures for more bytes than can be sent, naming how many fit; file-missing and file-changed, as
 * the store; cancelled.
 */
export async function encodePictures(
  turns: readonly Turn[],
  store: PictureSource,
  format: PictureFormat,
  { signal, onProgress, most = MOST_BYTES }: EncodeOptions = {},
): Promise<EncodedPictures> {
  const wanted = [...new Map(itemsOfTurns(turns).map(({ picture }) => [pictureName(picture), picture]))];
  const total = wanted.length;
  const encoded = new Map<string, EncodedPicture>();
  let bytes = 0;
  for (let k = 0; k < total; k += AT_ONCE) {
    onProgress?.({ step: 'encode', done: k, total });
    throwIfCancelled(signal);
    const some = wanted.slice(k, k + AT_ONCE).map(async ([name, picture]) => {
      const made = await encodedOf(picture, store, format, signal);
      return [name, made] as const;
    });
    for (const [name, picture] of await Promise.all(some)) {
      bytes += picture.bytes.length;
      if (bytes > most) throw tooManyBytes(most, encoded.size);
      encoded.set(name, picture);
    }
  }
  if (total > 0) onProgress?.({ step: 'encode', done: total, total });
  return encoded;
}

interface EncodeOptions {
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
  most?: number | undefined;
}

const tooManyBytes = (most: number, pictures: number): ServerError =>
  new ServerError(
    'server-too-many-pictures',
    say`The pictures take more than the ${formatBytes(most)} that can be sent at once.`,
    say`Send fewer or smaller pictures, or send them as JPEG.`,
    undefined,
    { pictures },
  );

/** The size at which a picture is sent. */
export function fittedSize(
  { width, height }: { width: number; height: number },
  { longestSide = Infinity }: PictureFormat,
): { width: number; height: number } {
  const scale = Math.min(1, longestSide / Math.max(width, height));
  const fitted = (side: number): number => Math.max(1, Math.round(side * scale));
  return { width: fitted(width), height: fitted(height) };
}

async function encodedOf(
  picture: PictureRef,
  store: PictureSource,
  format: PictureFormat,
  signal: AbortSignal | undefined,
): Promise<EncodedPicture> {
  const { type, quality = 90 } = format;
  const { width, height } = fittedSize(picture, format);
  const isWhole = width === picture.width && height === picture.height;
  const fitted = async (): Promise<RgbImage> => {
    const image = await store.get(picture);
    return isWhole ? image : inSteps(resizeSteps(image, width, height), signal);
  };
  let bytes: Buffer;
  if (type === 'png') bytes = isWhole && store.png ? await store.png(picture) : await encodePng(await fitted());
  // Colours at full resolution: half of it would smear thin coloured lines, which questions are about.
  else bytes = await encodeJpeg(await fitted(), quality, true);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { bytes, mime: `image/${type}`, width, height, sha256 };
}

/** In the order in which the model sees them. */
export const sentPictures = (turns: readonly Turn[], encoded: EncodedPictures): SentPicture[] =>
  itemsOfTurns(turns).map(({ origin, picture }) => {
    const { sha256, mime, bytes, width, height } = encoded.get(pictureName(picture))!;
    return { origin, picture, sent: { sha256, mime, bytes: bytes.length, width, height } };
  });

export const itemsOfTurns = (turns: readonly Turn[]) =>
  turns.flatMap((turn) =>
    turn.role === 'user' ? turn.parts.flatMap((part) => (part.type === 'image' ? [part.item] : [])) : [],
  );
