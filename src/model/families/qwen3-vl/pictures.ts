// SPDX-License-Identifier: Apache-2.0
/**
 * How Qwen3-VL takes pictures: in their own shape, as a map of patches. Source: transformers, image_processing_pil_qwen2_vl.py,
 * video_processing_qwen3_vl.py (with `cap_pixels_per_frame`, as the project's own code does) and vision_utils.py. Pure.
 */

import type { RgbImage } from '../../../contract';
import type { LayoutSpan, PictureWay } from '../../../sequence';
import { resizeSteps } from '../../../vision';
import type { ModelConfig, NativeVision, PixelSettings } from '../../config';
import type { EncoderInput, PicturePlan } from '../family';
import { joined } from '../feature-map';

interface Size {
  width: number;
  height: number;
}

/**
 * The most tokens of a picture alone, of one of several, and of a pair of frames. The published files allow 16,384 of a picture,
 * which would take a processor many minutes and gigabytes. That of frames is the project's own.
 */
export const MOST_TOKENS = { single: 1280, several: 768, video: 768 } as const;

/** The longest shape; a longer picture is squashed to it. */
const MOST_RATIO = 200;

export function qwenPlan(
  size: Size,
  way: PictureWay,
  frames: number,
  { vision: { patchSize, native } }: ModelConfig,
  { area, filter }: PixelSettings,
): PicturePlan {
  const { merge, frames: together } = native!;
  const factor = patchSize * merge;
  const most = MOST_TOKENS[way] * factor ** 2;
  const fitted = notTooLong(size);
  const { width, height } =
    way === 'video'
      ? videoSize(fitted, Math.max(frames, together), together, factor, most, area!.video)
      : smartResize(fitted, 1, 1, factor, { ...area!.picture, most: Math.min(most, area!.picture.most) });
  const columns = width / factor;
  const rows = columns * (height / factor);
  const map: LayoutSpan = { type: 'rows', count: rows, columns };
  const marked: LayoutSpan[] = [
    { type: 'control', token: '<|vision_start|>' },
    map,
    { type: 'control', token: '<|vision_end|>' },
  ];
  return {
    key: `${width}x${height}`,
    tiles: 1,
    rows,
    layout: way === 'video' ? marked : [map], // the template marks pictures
    *cut(image: RgbImage) {
      return [yield* resizeSteps(image, width, height, filter)];
    },
    encoderInput: (pixels) => encoderInput(pixels, { width, height }, patchSize, native!),
    pack: (features) => joined(features),
  };
}

function notTooLong({ width, height }: Size): Size {
  return { width: Math.min(width, MOST_RATIO * height), height: Math.min(height, MOST_RATIO * width) };
}

/** The size of every frame of a video. */
function videoSize(
  size: Size,
  frames: number,
  together: number,
  factor: number,
  mostEach: number,
  { least, most }: { least: number; most: number },
): Size {
  const each = Math.max(Math.min(mostEach, Math.floor(most / frames)), Math.trunc(least * 1.05));
  const shorter = Math.min(size.width, size.height);
  const scale = shorter < factor ? factor / shorter : 1;
  const fitted = { width: Math.trunc(size.width * scale), height: Math.trunc(size.height * scale) };
  return smartResize(fitted, frames, together, factor, { least, most: each * frames });
}

/**
 * As `smart_resize`: both sides whole multiples of `factor`, and all frames together between two numbers of pixels.
 * @param together frames are counted in multiples of this.
 */
function smartResize(
  { width, height }: Size,
  frames: number,
  together: number,
  factor: number,
  { least, most }: { least: number; most: number },
): Size {
  const near = { width: roundEven(width / factor) * factor, height: roundEven(height / factor) * factor };
  const pixels = roundEven(frames / together) * together * near.width * near.height;
  if (pixels > most) {
    const beta = Math.sqrt((frames * height * width) / most);
    const down = (n: number): number => Math.max(factor, Math.floor(n / beta / factor) * factor);
    return { width: down(width), height: down(height) };
  }
  if (pixels < least) {
    const beta = Math.sqrt(least / (frames * height * width));
    const up = (n: number): number => Math.ceil((n * beta) / factor) * factor;
    return { width: up(width), height: up(height) };
  }
  return near;
}

/** As Python rounds: a half to the even number. */
function roundEven(n: number): number {
  const floor = Math.floor(n);
  if (n - floor !== 0.5) return Math.round(n);
  return floor + (floor % 2);
}

/** The inputs of the tower: patches in the order in which they are merged, and where each lies. */
function encoderInput(
  pixels: readonly Float32Array[],
  { width, height }: Size,
  patchSize: number,
  { merge, frames, positionSide }: NativeVision,
): EncoderInput {
  const [columns, rows] = [width / patchSize, height / patchSize];
  const patches = columns * rows;
  const values = 3 * frames * patchSize ** 2;
  const pixelValues = new Float32Array(patches * values);
  const places = new Int32Array(patches * 2);
  const corners = new Int32Array(patches * 4);
  const weights = new Float32Array(patches * 4);
  const [down, across] = [taps(rows, positionSide), taps(columns, positionSide)];
  for (let at = 0; at < patches; at++) {
    const [square, inside] = [Math.floor(at / merge ** 2), at % merge ** 2];
    const row = Math.floor(square / (columns / merge)) * merge + Math.floor(inside / merge);
    const column = (square % (columns / merge)) * merge + (inside % merge);
    places.set([row, column], at * 2);
    const [top, bottom, lower] = down[row]!;
    const [left, right, righter] = across[column]!;
    corners.set(
      [top, top, bottom, bottom].map((y, k) => y * positionSide + (k % 2 ? right : left)),
      at * 4,
    );
    const [upper, lefter] = [Math.fround(1 - lower), Math.fround(1 - righter)];
    weights.set([upper * lefter, upper * righter, lower * lefter, lower * righter], at * 4);
    let to = at * values;
    for (let channel = 0; channel < 3; channel++)
      for (let frame = 0; frame < frames; frame++) {
        const picture = pixels[Math.min(frame, pixels.length - 1)]!; // the last one is repeated
        for (let y = 0; y < patchSize; y++, to += patchSize) {
          const from = (channel * height + row * patchSize + y) * width + column * patchSize;
          pixelValues.set(picture.subarray(from, from + patchSize), to);
        }
      }
  }
  return {
    values: {
      pixel_values: { shape: [patches, values], data: pixelValues },
      patch_positions: { shape: [patches, 2], data: places },
      position_corners: { shape: [patches, 4], data: corners },
      position_weights: { shape: [patches, 4], data: weights },
    },
    tokens: patches / merge ** 2,
  };
}

/** For each of `count` places: the two of `side` between which it lies when the ends meet, and the weight of the second. */
function taps(count: number, side: number): [number, number, number][] {
  return Array.from({ length: count }, (_, k) => {
    const place = Math.fround((k * (side - 1)) / Math.max(count - 1, 1));
    const first = Math.floor(place);
    return [first, Math.min(first + 1, side - 1), Math.fround(place - first)];
  });
}
