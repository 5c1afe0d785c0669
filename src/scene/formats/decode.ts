// SPDX-License-Identifier: Apache-2.0
import { fitted, type PictureSize } from '../validate';

/**
 * Pictures are decoded one after another: each is in memory at its full size for a moment, even if it is shown smaller.
 */
let last: Promise<unknown> = Promise.resolve();

/**
 * Decodes a picture of a known size, scaled down if an edge is longer than `edge`. No colour conversion: the shader
 * gets the values in the file.
 */
export function decodeTexture(
  bytes: Uint8Array<ArrayBuffer>,
  size: PictureSize,
  edge: number,
  options: ImageBitmapOptions = {},
): Promise<ImageBitmap> {
  return inTurn(() => createImageBitmap(new Blob([bytes]), bitmapOptions(size, edge, options)));
}

/** Options of `createImageBitmap` for a texture: scaled down to `edge`, not premultiplied, no colour conversion. */
export function bitmapOptions(size: PictureSize, edge: number, options: ImageBitmapOptions = {}): ImageBitmapOptions {
  const { width, height } = fitted(size, edge);
  const smaller = Math.max(size.width, size.height) > edge;
  return {
    premultiplyAlpha: 'none',
    colorSpaceConversion: 'none',
    ...options,
    ...(smaller && { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' }),
  };
}

export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const next = last.then(work, work);
  last = next.catch(() => undefined);
  return next;
}
