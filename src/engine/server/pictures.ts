// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import {
  pictureName,
  throwIfCancelled,
  type OnProgress,
  type Origin,
  type PictureRef,
  type RgbImage,
  type Turn,
} from '../../contract';
import { encodeJpeg, encodePng } from '../../media';
import { resizeSteps } from '../../vision';
import { inSteps } from '../in-steps';

/** How pictures are sent to a server. PNG keeps the exact pixels; JPEG needs a tenth of the bytes. */
export interface PictureFormat {
  type: 'png' | 'jpeg';
  /** JPEG quality, 1 to 100. */
  quality?: number | undefined;
  /** In pixels. Larger pictures are scaled down in proportion. Default: full size. */
  longestSide?: number | undefined;
}

export const EXACT: PictureFormat = { type: 'png' };

/** A picture as it is sent. `sha256` is the hash of the sent bytes. */
export interface EncodedPicture {
  bytes: Buffer;
  mime: 'image/png' | 'image/jpeg';
  width: number;
  height: number;
  sha256: string;
}

/** By the name of the original picture (`pictureName`). */
export type EncodedPictures = ReadonlyMap<string, EncodedPicture>;

/** For the receipt: the original picture, and the file it was encoded to. */
export interface SentPictureFile {
  origin: Origin;
  picture: PictureRef;
  sent: { sha256: string; mime: string; bytes: number; width: number; height: number };
}

/**
 * Encodes the pictures of all turns, each once.
 * @throws file-missing and file-changed, as the picture store; cancelled.
 */
export async function encodePictures(
  turns: readonly Turn[],
  store: { get: (picture: PictureRef) => Promise<RgbImage> },
  format: PictureFormat,
  { signal, onProgress }: { signal?: AbortSignal | undefined; onProgress?: OnProgress | undefined } = {},
): Promise<EncodedPictures> {
  const items = itemsOfTurns(turns);
  const wanted = new Map(items.map(({ picture }) => [pictureName(picture), picture]));
  const encoded = new Map<string, EncodedPicture>();
  for (const [name, picture] of wanted) {
    onProgress?.({ step: 'vision', done: encoded.size, total: wanted.size });
    throwIfCancelled(signal);
    encoded.set(name, await encodedOf(await store.get(picture), format, signal));
  }
  if (wanted.size > 0) onProgress?.({ step: 'vision', done: wanted.size, total: wanted.size });
  return encoded;
}

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
  image: RgbImage,
  format: PictureFormat,
  signal: AbortSignal | undefined,
): Promise<EncodedPicture> {
  const { type, quality = 90 } = format;
  const { width, height } = fittedSize(image, format);
  const fitted = await inSteps(resizeSteps(image, width, height), signal);
  // Colours at full resolution: half of it would blur thin coloured lines, which questions may be about.
  const bytes = type === 'png' ? await encodePng(fitted) : await encodeJpeg(fitted, quality, true);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { bytes, mime: `image/${type}`, width: fitted.width, height: fitted.height, sha256 };
}

/** The pictures in the order in which the model sees them. */
export const sentPictures = (turns: readonly Turn[], encoded: EncodedPictures): SentPictureFile[] =>
  itemsOfTurns(turns).map(({ origin, picture }) => {
    const { sha256, mime, bytes, width, height } = encoded.get(pictureName(picture))!;
    return { origin, picture, sent: { sha256, mime, bytes: bytes.length, width, height } };
  });

export const itemsOfTurns = (turns: readonly Turn[]) =>
  turns.flatMap((turn) =>
    turn.role === 'user' ? turn.parts.flatMap((part) => (part.type === 'image' ? [part.item] : [])) : [],
  );

export const dataUrl = ({ mime, bytes }: EncodedPicture): string => `data:${mime};base64,${bytes.toString('base64')}`;
