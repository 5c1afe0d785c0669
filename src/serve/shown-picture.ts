// SPDX-License-Identifier: Apache-2.0
import type { PictureRef } from '../contract';
import type { PictureStore } from '../engine';
import { encodePng } from '../media';
import { resizeBicubic } from '../vision';

export interface ShownPicture {
  png: Buffer;
  width: number;
  height: number;
}

/** A picture for a client: PNG, reduced so that its longest side has at most `side` pixels. */
export async function shownPicture(store: PictureStore, ref: PictureRef, side: number): Promise<ShownPicture> {
  const image = await store.get(ref);
  const scale = Math.min(1, side / Math.max(image.width, image.height));
  const [width, height] = [image.width, image.height].map((length) => Math.max(1, Math.round(length * scale))) as [
    number,
    number,
  ];
  const shown = scale === 1 ? image : resizeBicubic(image, width, height);
  return { png: await encodePng(shown), width, height };
}
