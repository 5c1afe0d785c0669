// SPDX-License-Identifier: Apache-2.0
import { say } from '../../contract';
import { tooMuch } from '../files/refusals';
import type { Allowance } from '../files/allowance';
import type { PictureSize } from './picture-size';

/** Limit for one picture: it is decoded at full size before it is scaled down. */
const MOST_PIXELS = 2 ** 27;
/** The largest number of pictures in one scene. */
export const MOST_PICTURES = 4096;

export interface Stored extends PictureSize {
  /** How many times it is in graphics memory: once for each sampler. */
  copies: number;
}

export interface TextureEdge {
  /** The longest edge that a texture is shown with, pixels. */
  edge: number;
  /** Whether any texture has to be scaled down. */
  smaller: boolean;
}

/** No graphics card supports larger textures. */
const LARGEST_EDGE = 16_384;

/**
 * The longest edge for textures, so that all together stay within the allowance. Larger ones are scaled down when they
 * are decoded.
 * @throws scene-too-large if pictures are too large to be decoded at all
 */
export function textureEdge(
  pictures: readonly Stored[],
  { shownPixels, storedPixels }: Pick<Allowance, 'shownPixels' | 'storedPixels'>,
  title: string,
): TextureEdge {
  if (pictures.length > MOST_PICTURES) throw tooMuch(title, say`has ${pictures.length} textures`);
  let stored = 0;
  for (const { width, height } of pictures) {
    const pixels = width * height;
    stored += pixels;
    if (pixels > MOST_PIXELS) throw tooMuch(title, say`has a texture of ${width} x ${height} pixels`);
    if (stored > storedPixels)
      throw tooMuch(title, say`has textures of more than ${Math.round(storedPixels / 1e6)} million pixels`);
  }
  const shown = (edge: number): number =>
    pictures.reduce((sum, { copies, ...size }) => {
      const { width, height } = fitted(size, edge);
      return sum + copies * width * height;
    }, 0);
  let edge = LARGEST_EDGE;
  while (edge > 1 && shown(edge) > shownPixels) edge /= 2;
  return { edge, smaller: pictures.some(({ width, height }) => Math.max(width, height) > edge) };
}

/** The size scaled down to fit within an edge. */
export function fitted({ width, height }: PictureSize, edge: number): PictureSize {
  const scale = Math.min(1, edge / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
