// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../contract';
import crops from './golden/crops.json';
import golden from './golden/golden.json';
import { drawnPicture as picture } from './golden/picture';
import { fitPicture, padToSquare, type PreprocessConfig, resizeBicubic, SIGLIP_384, toPixelValues } from './index';

const sha = (data: Uint8Array | Float32Array): string =>
  createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex');
const summary = (v: Float32Array): object => ({
  sha256: sha(v),
  first: v[0],
  middle: v[Math.floor(v.length / 2) + 7],
  last: v.at(-1),
});

const CLIP: PreprocessConfig = {
  size: { width: 224, height: 336 },
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
  rescale: 1 / 255,
};

const anyPicture = fc
  .tuple(
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 1, max: 40 }),
    fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
  )
  .map(([width, height, bytes]): RgbImage => ({
    width,
    height,
    data: Uint8Array.from(bytes.take(width * height * 3)),
  }));
const side = fc.integer({ min: 1, max: 50 });

describe('resizeBicubic', () => {
  it.each(golden.resize)('is Pillow bit for bit: $from -> $to', ({ from, to, sha256, first }) => {
    const out = resizeBicubic(picture(from[0]!, from[1]!), to[0]!, to[1]!);
    expect([...out.data.subarray(0, 3)]).toEqual(first);
    expect(sha(out.data)).toBe(sha256);
  });

  it('gives back the picture itself at the same size', () => {
    const image = picture(12, 9);
    expect(resizeBicubic(image, 12, 9)).toBe(image);
  });

  it('keeps a flat picture flat, and never reads past its edges', () => {
    fc.assert(
      fc.property(side, side, side, side, fc.integer({ min: 0, max: 255 }), (w, h, tw, th, grey) => {
        const flat = { width: w, height: h, data: new Uint8Array(w * h * 3).fill(grey) };
        const out = resizeBicubic(flat, tw, th);
        expect(out.data.length).toBe(tw * th * 3);
        expect(out.data.every((v) => v === grey)).toBe(true);
      }),
    );
  });

  it('treats the three channels alike', () => {
    fc.assert(
      fc.property(anyPicture, side, side, (image, tw, th) => {
        const turned = image.data.map((_, i) => image.data[i - (i % 3) + (((i % 3) + 1) % 3)]!);
        const a = resizeBicubic(image, tw, th).data;
        const b = resizeBicubic({ ...image, data: turned }, tw, th).data;
        expect(b).toEqual(a.map((_, i) => a[i - (i % 3) + (((i % 3) + 1) % 3)]!));
      }),
      { numRuns: 40 },
    );
  });

  it('refuses bytes that do not fit the size, and impossible targets', () => {
    expect(() => resizeBicubic({ width: 2, height: 2, data: new Uint8Array(11) }, 1, 1)).toThrow(RangeError);
    expect(() => resizeBicubic(picture(2, 2), 0, 1)).toThrow(RangeError);
    expect(() => resizeBicubic(picture(2, 2), 1.5, 1)).toThrow(RangeError);
  });
});

describe('toPixelValues', () => {
  it.each(golden.pixels)('is SiglipImageProcessor bit for bit: $from', ({ from, squash, pad, clip }) => {
    const image = picture(from[0]!, from[1]!);
    expect(summary(toPixelValues(image, SIGLIP_384))).toEqual(squash);
    expect(summary(toPixelValues(image, { ...SIGLIP_384, fit: 'pad' }))).toEqual(pad);
    expect(summary(toPixelValues(image, CLIP))).toEqual(clip);
  });

  it.each(crops)(
    'is it bit for bit where the middle is cut out: $from to $cutFrom, $size of it',
    ({ from, cutFrom, size, sha256 }) => {
      const config: PreprocessConfig = { ...SIGLIP_384, size, cutFrom: cutFrom };
      expect(sha(toPixelValues(picture(from[0]!, from[1]!), config))).toBe(sha256);
    },
  );

  it('is the normalized bytes of fitPicture, channels first', () => {
    fc.assert(
      fc.property(anyPicture, fc.constantFrom('squash', 'pad'), (image, fit) => {
        const config: PreprocessConfig = { ...SIGLIP_384, size: { width: 8, height: 6 }, fit };
        const fitted = fitPicture(image, config);
        const values = toPixelValues(image, config);
        expect(values.length).toBe(3 * 48);
        for (let i = 0; i < 48; i++) {
          for (let c = 0; c < 3; c++) {
            expect(values[c * 48 + i]).toBeCloseTo(fitted.data[i * 3 + c]! / 127.5 - 1, 5);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('padToSquare', () => {
  it('puts the picture in the middle, untouched', () => {
    fc.assert(
      fc.property(anyPicture, (image) => {
        const square = padToSquare(image, [127, 127, 127]);
        const size = Math.max(image.width, image.height);
        expect([square.width, square.height]).toEqual([size, size]);
        const left = Math.floor((size - image.width) / 2);
        const top = Math.floor((size - image.height) / 2);
        for (let y = 0; y < size; y++) {
          for (let x = 0; x < size; x++) {
            const inside = x >= left && x < left + image.width && y >= top && y < top + image.height;
            const want = inside ? image.data[((y - top) * image.width + x - left) * 3]! : 127;
            if (square.data[(y * size + x) * 3] !== want) expect.fail(`at ${x},${y}`);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});
