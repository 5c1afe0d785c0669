// SPDX-License-Identifier: Apache-2.0
import type { RgbImage } from '../contract';
import { checkImage, finished, resizeSteps, type ResizeFilter } from './resize';

type Rgb = readonly [number, number, number];

/** The picture settings in a model folder's preprocessor_config.json. */
export interface PreprocessConfig {
  /** Input size of the vision tower, in pixels (384 x 384 for SigLIP so400m). */
  size: { width: number; height: number };
  /** Mean and standard deviation of each channel, after rescaling. */
  mean: Rgb;
  std: Rgb;
  /** `rescale_factor`: multiplies a byte to give 0..1 (1/255). */
  rescale: number;
  /**
   * `squash` ignores the aspect ratio (the published demo); `pad` first pads to a square of the mean colour
   * (lmms-eval).
   */
  fit?: 'squash' | 'pad';
  /** What a picture is resized to before a centre crop to `size`; without it, it is resized to `size` directly. */
  cutFrom?: ResizedTo | undefined;
  /** Default: bicubic. */
  filter?: ResizeFilter | undefined;
}

/** A size in pixels, or the length of the shorter side, the other in proportion. */
export type ResizedTo = { width: number; height: number } | { shortestEdge: number };

/** SigLIP so400m 384, as LLaVA-NeXT-Interleave uses it. */
export const SIGLIP_384: PreprocessConfig = {
  size: { width: 384, height: 384 },
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  rescale: 1 / 255,
  fit: 'squash',
};

/**
 * LLaVA's `expand2square`: centres the picture in a square of the mean colour (127 for SigLIP); an odd pixel of padding
 * goes to the right or bottom.
 */
export function padToSquare(image: RgbImage, background: Rgb): RgbImage {
  checkImage(image);
  const { width, height } = image;
  if (width === height) return image;
  const side = Math.max(width, height);
  const left = Math.floor((side - width) / 2);
  const top = Math.floor((side - height) / 2);
  const data = new Uint8Array(side * side * 3);
  for (let p = 0; p < data.length; p += 3) data.set(background, p);
  for (let y = 0; y < height; y++) {
    const row = image.data.subarray(y * width * 3, (y + 1) * width * 3);
    data.set(row, ((top + y) * side + left) * 3);
  }
  return { width: side, height: side, data };
}

/** The picture as the model gets it, still rgb24: padded and cropped if configured, and resized, to `config.size`. */
export function fitPicture(image: RgbImage, config: PreprocessConfig): RgbImage {
  const { width, height } = resizedTo(image, config);
  return centerCrop(finished(resizeSteps(framed(image, config), width, height, config.filter)), config.size);
}

/** As `fitPicture`, in steps of a few milliseconds. */
export function* fitPictureSteps(image: RgbImage, config: PreprocessConfig): Generator<void, RgbImage> {
  const { width, height } = resizedTo(image, config);
  return centerCrop(yield* resizeSteps(framed(image, config), width, height, config.filter), config.size);
}

/** As transformers' `get_resize_output_image_size`. */
function resizedTo(
  { width, height }: RgbImage,
  { size, cutFrom = size }: PreprocessConfig,
): { width: number; height: number } {
  if ('width' in cutFrom) return cutFrom;
  const short = cutFrom.shortestEdge;
  const long = Math.trunc((short * Math.max(width, height)) / Math.min(width, height));
  return width <= height ? { width: short, height: long } : { width: long, height: short };
}

/** The centre of a picture, as transformers' `center_crop` cuts it; black where the picture is too small. */
export function centerCrop(image: RgbImage, size: { width: number; height: number }): RgbImage {
  if (image.width === size.width && image.height === size.height) return image;
  const data = new Uint8Array(size.width * size.height * 3);
  // Offset in the picture of the first column or row that is kept; if negative, its offset in the result.
  const offset = (has: number, wanted: number): number =>
    has >= wanted ? Math.floor((has - wanted) / 2) : -Math.ceil((wanted - has) / 2);
  const left = offset(image.width, size.width);
  const top = offset(image.height, size.height);
  const columns = Math.min(image.width, size.width);
  for (let y = Math.max(0, -top); y < size.height && y + top < image.height; y++) {
    const from = ((y + top) * image.width + Math.max(0, left)) * 3;
    data.set(image.data.subarray(from, from + columns * 3), (y * size.width + Math.max(0, -left)) * 3);
  }
  return { ...size, data };
}

function framed(image: RgbImage, { fit, mean }: PreprocessConfig): RgbImage {
  const grey: Rgb = [Math.trunc(mean[0] * 255), Math.trunc(mean[1] * 255), Math.trunc(mean[2] * 255)];
  return fit === 'pad' ? padToSquare(image, grey) : image;
}

/**
 * Converts pixels to model input: Float32 [3,H,W] (channels first), bit for bit as SiglipImageProcessor (the Pillow
 * one).
 *
 * numpy multiplies in float64 and rounds to float32, then subtracts and divides in float32. Each byte has one result,
 * so three tables of 256 entries are enough. `Math.fround` after one float64 operation on float32 operands is exactly
 * the float32 operation (float64 is wide enough to exclude double rounding).
 */
export function toPixelValues(image: RgbImage, config: PreprocessConfig): Float32Array {
  return normalised(fitPicture(image, config), config);
}

/** The same for a picture that `fitPicture` made. */
export function normalised({ data, width, height }: RgbImage, config: PreprocessConfig): Float32Array {
  const plane = width * height;
  const out = new Float32Array(3 * plane);
  for (let c = 0; c < 3; c++) {
    const mean = Math.fround(config.mean[c]!);
    const std = Math.fround(config.std[c]!);
    const table = new Float32Array(256);
    for (let v = 0; v < 256; v++) {
      table[v] = Math.fround(Math.fround(v * config.rescale) - mean) / std;
    }
    const base = c * plane;
    for (let i = 0, p = c; i < plane; i++, p += 3) out[base + i] = table[data[p]!]!;
  }
  return out;
}
