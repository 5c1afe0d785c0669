// SPDX-License-Identifier: Apache-2.0
import type { RgbImage } from '../../contract';

/** The picture that picture.py draws, so that only hashes of results need to be stored. */
export function drawnPicture(width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) {
    let v = (Math.imul(i, 2654435761) + 12345) >>> 0;
    v ^= v >>> 15;
    v = Math.imul(v, 2246822519) >>> 0;
    v ^= v >>> 13;
    const noise = v & 255;
    const x = Math.floor(i / 3) % width;
    data[i] = x * 2 < width ? (noise >> 3) + Math.floor((x * 400) / width) : noise;
  }
  return { width, height, data };
}
