// SPDX-License-Identifier: Apache-2.0
/**
 * The frames that all clips are made of. Every frame carries its number as a bar code that survives compression, above
 * a moving texture that makes encoders use references between frames. The texture is alternately dark and light: a cut
 * to find every `CUT_EVERY` frames.
 */
import { writeFile } from 'node:fs/promises';
import type { RgbImage } from '../../contract';

export const FRAMES = 180;
export const WIDTH = 128;
export const HEIGHT = 80;
export const CUT_EVERY = 60;

/** Writes grey frames, one after another, in the layout of ffmpeg's rawvideo. */
export async function writeRaw(path: string, count: number, width = WIDTH, height = HEIGHT): Promise<string[]> {
  const data = Buffer.alloc(count * width * height);
  for (let n = 0; n < count; n++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const bit = (n >> (15 - Math.floor((x * 16) / width))) & 1;
        const code = y * 8 < height === (bit === 1) ? 230 : 25;
        const light = Math.floor(n / CUT_EVERY) % 2 === 0 ? 75 : 180;
        const texture = light + 35 * Math.sin((x + 2 * n) / 7) + 25 * Math.sin((y - n) / 5);
        data[(n * height + y) * width + x] = y * 4 < height ? code : texture;
      }
    }
  }
  await writeFile(path, data);
  return ['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${width}x${height}`, '-r', '25', '-i', path];
}

/** The number on a frame, or -1 if it cannot be read. */
export function readCode({ width, height, data }: RgbImage): number {
  let code = 0;
  for (let i = 0; i < 16; i++) {
    const x = Math.floor(((i + 0.5) * width) / 16);
    const light = (y: number): number => data[(Math.floor(y) * width + x) * 3]!;
    const top = light(height / 16);
    const bottom = light((3 * height) / 16);
    if (Math.abs(top - bottom) < 50) return -1;
    code = (code << 1) | (top > bottom ? 1 : 0);
  }
  return code;
}

/** Rotates a picture that was turned clockwise by `degrees` back upright. */
export function upright(image: RgbImage, degrees: number): RgbImage {
  if (degrees === 0) return image;
  const { width, height, data } = image;
  const turned = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // A quarter turn counterclockwise: (x, y) -> (y, width - 1 - x).
      turned.set(data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3), ((width - 1 - x) * height + y) * 3);
    }
  }
  return upright({ width: height, height: width, data: turned }, degrees - 90);
}
