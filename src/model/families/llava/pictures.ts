// SPDX-License-Identifier: Apache-2.0
/**
 * How the LLaVA models take pictures. Source: LLaVA-NeXT, llava/model/llava_arch.py, and transformers'
 * `LlavaOnevisionModel.pack_image_features`. Pure.
 */

import type { RgbImage } from '../../../contract';
import type { PictureWay } from '../../../sequence';
import { anyResTileSteps, bestGrid, fitPictureSteps, type Grid, type PreprocessConfig } from '../../../vision';
import type { LlavaPictures, ModelConfig, PixelSettings } from '../../config';
import type { PicturePlan } from '../family';
import { cropMap, joined, joinTiles, resizeMap, withRowEnds, type FeatureMap } from '../feature-map';

/** A map larger than the limit by less than this is kept as it is. */
const TOLERANCE = 1.1;

/** The settings as `src/vision` takes them. */
export const preprocessOf = ({
  width,
  height,
  cutFrom,
  mean,
  std,
  rescaleFactor,
  filter,
}: PixelSettings): PreprocessConfig => ({
  size: { width, height },
  cutFrom,
  mean,
  std,
  rescale: rescaleFactor,
  filter,
});

/** How a picture of this size, in pixels, is encoded. */
export function llavaPlan(
  size: { width: number; height: number },
  way: PictureWay,
  { llava, vision, tokensPerTile }: ModelConfig,
  pixels: PixelSettings,
): PicturePlan {
  const side = vision.imageSize;
  const edge = Math.sqrt(tokensPerTile);
  const fit = preprocessOf(pixels);
  if (llava?.anyRes && way === 'single') return anyResPlan(size, llava.anyRes, side, edge, fit);
  if (llava?.video && way === 'video') return framePlan(llava.video, edge, fit);
  // AnyRes alone knows of a single picture.
  if (llava && way !== 'single') {
    const { several } = llava;
    const rows = tokensPerTile + (several.newline ? 1 : 0);
    return onePlan(
      several.fit === 'pad' ? 'padded' : 'ended',
      rows,
      { ...fit, fit: several.fit },
      (features, newline) => (several.newline ? joined([features, newline!]) : features),
    );
  }
  return onePlan('', tokensPerTile, fit, (features) => features);
}

/** A picture as one tile. */
function onePlan(
  key: string,
  rows: number,
  fit: PreprocessConfig,
  pack: (features: Float32Array, newline: Float32Array | undefined) => Float32Array,
): PicturePlan {
  return {
    key,
    tiles: 1,
    rows,
    layout: [{ type: 'rows', count: rows }],
    *cut(image) {
      return [yield* fitPictureSteps(image, fit)];
    },
    pack: ([features], newline) => pack(features!, newline),
  };
}

/** A frame of a video: its map is halved. */
function framePlan({ newline }: NonNullable<LlavaPictures['video']>, edge: number, fit: PreprocessConfig): PicturePlan {
  const half = Math.ceil(edge / 2);
  const rows = half * (newline === 'row' ? half + 1 : half) + (newline === 'picture' ? 1 : 0);
  return onePlan('video', rows, fit, (values, end) => {
    const map = resizeMap({ height: edge, width: edge, values }, half, half);
    if (newline === 'row') return withRowEnds(map, end!);
    return newline === 'picture' ? joined([map.values, end!]) : map.values;
  });
}

/** A picture as a whole, then as tiles, whose joined map loses the padding and gets a vector after each row. */
function anyResPlan(
  size: { width: number; height: number },
  anyRes: NonNullable<LlavaPictures['anyRes']>,
  side: number,
  edge: number,
  fit: PreprocessConfig,
): PicturePlan {
  const grid = bestGrid(size, anyRes.grids, side);
  const { top, left, height, width } = unpadded(size, grid, edge, anyRes.rounds);
  const to = limited({ height, width }, anyRes.mostTiles, edge);
  const rows = edge ** 2 + to.height * (to.width + 1);
  return {
    key: 'tiled',
    tiles: 1 + grid.columns * grid.rows,
    rows,
    layout: [{ type: 'rows', count: rows }],
    *cut(image: RgbImage) {
      return [yield* fitPictureSteps(image, fit), ...(yield* anyResTileSteps(image, grid, side))];
    },
    pack([whole, ...tiles], newline) {
      let map: FeatureMap = cropMap(joinTiles(tiles, grid, edge), top, left);
      if (to.height !== height || to.width !== width) map = resizeMap(map, to.height, to.width);
      return joined([whole!, withRowEnds(map, newline!)]);
    },
  };
}

/** The part of the joined map that shows the picture and not its padding, as `unpad_image`. */
function unpadded(
  { width, height }: { width: number; height: number },
  grid: Grid,
  edge: number,
  rounds: boolean,
): { top: number; left: number; height: number; width: number } {
  const map = { width: grid.columns * edge, height: grid.rows * edge };
  const whole = (length: number): number => Math.trunc(rounds ? Number(length.toFixed(7)) : length);
  if (width / height > map.width / map.height) {
    const top = Math.floor((map.height - whole(height * (map.width / width))) / 2);
    return { top, left: 0, height: map.height - 2 * top, width: map.width };
  }
  const left = Math.floor((map.width - whole(width * (map.height / height))) / 2);
  return { top: 0, left, height: map.height, width: map.width - 2 * left };
}

/** The size of a map that has no more than the limit, and some tolerance. */
function limited({ height, width }: { height: number; width: number }, mostTiles: number | undefined, edge: number) {
  const ratio = mostTiles === undefined ? 0 : Math.sqrt((height * width) / (mostTiles * edge ** 2));
  return ratio > TOLERANCE ? { height: wholeTimes(height, ratio), width: wholeTimes(width, ratio) } : { height, width };
}

/** Python's `a // b`. Where a / b rounds up to a whole number, it is one less than the rounded quotient. */
const wholeTimes = (a: number, b: number): number => Math.round((a - (a % b)) / b);
