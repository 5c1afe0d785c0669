// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import type { RgbImage } from '../contract';
import { pictureHash, pictureHashSteps } from '../media';
import { fitPicture, fitPictureSteps, SIGLIP_384 } from '../vision';
import { inSteps } from './in-steps';

const large = (): RgbImage => ({
  width: 3000,
  height: 2000,
  data: Uint8Array.from({ length: 3000 * 2000 * 3 }, (_, i) => (i * 31 + (i >> 9)) & 255),
});

it('work in steps gives what it gives at once, and lets others have their turn', async () => {
  const image = large();
  let turns = 0;
  const clock = setInterval(() => turns++, 0);
  const fitted = await inSteps(fitPictureSteps(image, SIGLIP_384));
  const hash = await inSteps(pictureHashSteps(image));
  clearInterval(clock);
  expect(turns).toBeGreaterThan(3);
  expect(fitted).toEqual(fitPicture(image, SIGLIP_384));
  expect(hash).toBe(pictureHash(image));
  expect(await inSteps(pictureHashSteps({ width: 0, height: 0, data: new Uint8Array(0) }))).toBe(
    pictureHash({ width: 0, height: 0, data: new Uint8Array(0) }),
  );
});

it('work in steps can be stopped', async () => {
  const abort = new AbortController();
  setImmediate(() => abort.abort());
  await expect(inSteps(fitPictureSteps(large(), SIGLIP_384), abort.signal)).rejects.toMatchObject({
    code: 'cancelled',
  });
});
