// SPDX-License-Identifier: Apache-2.0
import { fitted, type PictureSize } from '../validate';

/** One after another: each takes its whole size for a moment, however small it is shown. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Decodes a picture of a known size, made smaller where an edge is longer than `edge`. The numbers in the file are the
 * numbers in the shader.
 */
export function decodeTexture(
  bytes: Uint8Array<ArrayBuffer>,
  size: PictureSize,
  edge: number,
  options: ImageBitmapOptions = {},
): Promise<ImageBitmap> {
  return inTurn(() => createImageBitmap(new Blob([bytes]), bitmapOptions(size, edge, options)));
}

/** Of what is decoded already. */
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
