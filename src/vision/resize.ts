// SPDX-License-Identifier: Apache-2.0
import type { RgbImage } from '../contract';

/** Fixed-point precision of Pillow's 8-bit resampler (`PRECISION_BITS` in libImaging/Resample.c). */
const PRECISION = 22;
const HALF = 1 << (PRECISION - 1);

/** For each output sample: where its window starts, how many taps it has, and the taps in fixed point. */
interface Taps {
  start: Int32Array;
  count: Int32Array;
  weight: Int32Array;
  stride: number;
}

/** Pillow's filters that models use. */
export type ResizeFilter = 'bicubic' | 'lanczos';

/** Keys' cubic with a = -0.5, in the same order of operations as Pillow (the order decides the last bit). */
function cubic(x: number): number {
  const a = -0.5;
  const t = Math.abs(x);
  if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  if (t < 2) return (((t - 5) * t + 8) * t - 4) * a;
  return 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}

/** Lanczos with three lobes. */
function lanczos(x: number): number {
  return -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0;
}

const FILTERS = {
  bicubic: { weigh: cubic, reach: 2 },
  lanczos: { weigh: lanczos, reach: 3 },
} as const;

/** `precompute_coeffs` and `normalize_coeffs_8bpc` of Pillow: the window widens with the scale (antialiasing). */
function taps(from: number, to: number, filter: ResizeFilter): Taps {
  const { weigh, reach } = FILTERS[filter];
  const scale = from / to;
  const filterScale = Math.max(scale, 1);
  const support = reach * filterScale;
  const inverse = 1 / filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const start = new Int32Array(to);
  const count = new Int32Array(to);
  const weight = new Int32Array(to * stride);
  const window = new Float64Array(stride);
  for (let o = 0; o < to; o++) {
    const centre = (o + 0.5) * scale;
    const lo = Math.max(0, Math.trunc(centre - support + 0.5));
    const n = Math.min(from, Math.trunc(centre + support + 0.5)) - lo;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += window[i] = weigh((i + lo - centre + 0.5) * inverse);
    for (let i = 0; i < n; i++) {
      const w = (sum === 0 ? window[i]! : window[i]! / sum) * (1 << PRECISION);
      weight[o * stride + i] = Math.trunc(w < 0 ? w - 0.5 : w + 0.5);
    }
    start[o] = lo;
    count[o] = n;
  }
  return { start, count, weight, stride };
}

/** Taps per step: a few milliseconds. */
const STEP_TAPS = 1 << 20;

/** [height, from, 3] -> [height, to, 3]. */
function* resizeRows(
  src: Uint8Array,
  from: number,
  height: number,
  to: number,
  filter: ResizeFilter,
): Generator<void, Uint8Array> {
  const { start, count, weight, stride } = taps(from, to, filter);
  const rowsAStep = Math.ceil(STEP_TAPS / (to * stride));
  const out = new Uint8ClampedArray(to * height * 3);
  let o = 0;
  for (let y = 0; y < height; y++) {
    if (y % rowsAStep === 0) yield;
    const row = y * from * 3;
    for (let x = 0; x < to; x++) {
      let p = row + start[x]! * 3;
      let k = x * stride;
      const end = k + count[x]!;
      let r = HALF;
      let g = HALF;
      let b = HALF;
      for (; k < end; k++, p += 3) {
        const w = weight[k]!;
        r += src[p]! * w;
        g += src[p + 1]! * w;
        b += src[p + 2]! * w;
      }
      out[o++] = r >> PRECISION;
      out[o++] = g >> PRECISION;
      out[o++] = b >> PRECISION;
    }
  }
  return new Uint8Array(out.buffer);
}

/** [from, width, 3] -> [to, width, 3]; a whole row at a time, so that memory is read in order. */
function* resizeColumns(
  src: Uint8Array,
  width: number,
  from: number,
  to: number,
  filter: ResizeFilter,
): Generator<void, Uint8Array> {
  const { start, count, weight, stride } = taps(from, to, filter);
  const rowsAStep = Math.ceil(STEP_TAPS / (width * stride));
  const line = width * 3;
  const out = new Uint8ClampedArray(line * to);
  const sum = new Int32Array(line);
  for (let y = 0; y < to; y++) {
    if (y % rowsAStep === 0) yield;
    sum.fill(HALF);
    for (let i = 0; i < count[y]!; i++) {
      const w = weight[y * stride + i]!;
      const row = (start[y]! + i) * line;
      for (let x = 0; x < line; x++) sum[x] = sum[x]! + src[row + x]! * w;
    }
    const row = y * line;
    for (let x = 0; x < line; x++) out[row + x] = sum[x]! >> PRECISION;
  }
  return new Uint8Array(out.buffer);
}

/**
 * Resizes rgb24 [H,W,3] to [height,width,3], bit for bit as `PIL.Image.resize((width, height), BICUBIC)`: antialiased
 * cubic (a = -0.5), 22-bit fixed point, rows first, 8 bits between the two passes. (This is Pillow up to 12, which the
 * published model uses; 13 takes columns first for tall pictures and differs in the last bits.) For an unchanged size
 * it returns the picture itself, not a copy.
 */
export function resizeBicubic(image: RgbImage, width: number, height: number): RgbImage {
  return finished(resizeSteps(image, width, height));
}

/** The result of work that is written as steps. */
export function finished<T>(steps: Generator<void, T>): T {
  for (;;) {
    const { value, done } = steps.next();
    if (done) return value;
  }
}

/** As `resizeBicubic`, in steps of a few milliseconds (a large picture takes half a second), with another filter too. */
export function* resizeSteps(
  image: RgbImage,
  width: number,
  height: number,
  filter: ResizeFilter = 'bicubic',
): Generator<void, RgbImage> {
  checkImage(image);
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    throw new RangeError(`cannot resize to ${width}x${height}`);
  }
  if (image.width === width && image.height === height) return image;
  let data = image.data;
  if (image.width !== width) data = yield* resizeRows(data, image.width, image.height, width, filter);
  if (image.height !== height) data = yield* resizeColumns(data, width, image.height, height, filter);
  return { width, height, data };
}

/**
 * Throws if the number of bytes does not match the size, which is a programming error that would cause wrong answers.
 */
export function checkImage(image: RgbImage): void {
  const { width, height, data } = image;
  if (!(width > 0 && height > 0 && data.length === width * height * 3)) {
    throw new RangeError(`rgb24 of ${width}x${height} cannot have ${data.length} bytes`);
  }
}
