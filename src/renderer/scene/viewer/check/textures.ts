import { say } from '../../../../contract';
import { tooMuch } from '../formats/refusals';
import type { Allowance } from './allowance';
import type { PictureSize } from './picture-size';

/** Of one picture: it is unpacked whole before it is made smaller. */
const MOST_PIXELS = 2 ** 27;
/** Pictures of one scene. */
export const MOST_PICTURES = 4096;

export interface Stored extends PictureSize {
  /** How often it lies on the graphics card: once for each way it is sampled. */
  copies: number;
}

/**
 * The longest edge in pixels that textures are shown with, so that all of them together stay within the allowance;
 * larger ones are made smaller as they are decoded.
 * @throws scene-too-large for pictures that are too large to be decoded at all.
 */
export function textureEdge(pictures: readonly Stored[], { shownPixels, storedPixels }: Pick<Allowance, 'shownPixels' | 'storedPixels'>, title: string): number {
  const millions = (pixels: number): number => Math.round(pixels / 1e6);
  if (pictures.length > MOST_PICTURES) throw tooMuch(title, say`has ${pictures.length} textures`);
  let stored = 0;
  for (const { width, height } of pictures) {
    const pixels = width * height;
    stored += pixels;
    if (pixels > MOST_PIXELS) throw tooMuch(title, say`has a texture of ${width} x ${height} pixels`);
    if (stored > storedPixels) throw tooMuch(title, say`has textures of more than ${millions(storedPixels)} million pixels`);
  }
  for (let edge = 16_384; edge > 1; edge /= 2) {
    const shown = pictures.reduce((sum, { copies, ...size }) => sum + copies * fitted(size, edge).width * fitted(size, edge).height, 0);
    if (shown <= shownPixels) return edge;
  }
  return 1;
}

/** The size within an edge. */
export function fitted({ width, height }: PictureSize, edge: number): PictureSize {
  const scale = Math.min(1, edge / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
