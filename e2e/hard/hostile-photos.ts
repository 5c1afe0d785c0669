// SPDX-License-Identifier: Apache-2.0
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { be, file, latin1, le, over } from './bytes';
import { frames, photo, type Hostile } from './hostile';

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([latin1(type), data]);
  return Buffer.concat([be(4, data.length), body, be(4, crc32(body))]);
}

interface Png {
  side: number;
  /** Bits per sample; a pixel has four samples, or one if it is grey. */
  bits: 8 | 16;
  grey?: boolean;
  interlaced?: boolean;
  extra?: Buffer;
}

/** A PNG whose decompressed data is all zeros, declared as interlaced or not. */
function png({ side, bits, grey = false, interlaced = false, extra = Buffer.alloc(0) }: Png): Buffer {
  const row = 1 + (side * bits * (grey ? 1 : 4)) / 8;
  const header = Buffer.concat([be(4, side, side), Buffer.from([bits, grey ? 0 : 6, 0, 0, interlaced ? 1 : 0])]);
  return Buffer.concat([
    latin1('\x89PNG\r\n\x1a\n'),
    chunk('IHDR', header),
    extra,
    chunk('IDAT', zeros(row * side)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** `count` zeros, deflated. */
const zeros = (count: number): Buffer => deflateSync(Buffer.alloc(count), { level: 1 });

/** A BMP with run-length coded pixels that end immediately. */
function runLengthBmp(side: number): Buffer {
  return Buffer.concat([
    latin1('BM'),
    le(4, 1080, 0, 1078, 40, side, side),
    le(2, 1, 8),
    le(4, 1, 2, 0, 0, 256, 0),
    Buffer.alloc(1024),
    latin1('\0\x01'),
  ]);
}

interface Tag {
  id: number;
  /** 3: 16 bits, 4: 32 bits. */
  type: 3 | 4;
  values: number[] | { count: number; at: number };
}

/** A little-endian TIFF with one directory; its pixels are all zero, deflated in one strip. */
function tiff(
  width: number,
  height: number,
  samples: number,
  bits: number,
  format: 1 | 3,
  bytes: number,
  extra: Tag[] = [],
): Buffer {
  const data = zeros(bytes);
  const tags: Tag[] = [
    { id: 256, type: 4, values: [width] },
    { id: 257, type: 4, values: [height] },
    { id: 258, type: 3, values: [bits] },
    { id: 259, type: 3, values: [8] },
    { id: 262, type: 3, values: [1] },
    { id: 273, type: 4, values: [8] },
    { id: 277, type: 3, values: [samples] },
    { id: 278, type: 4, values: [height] },
    { id: 279, type: 4, values: [data.length] },
    { id: 339, type: 3, values: [format] },
    ...extra,
  ];
  const entries = tags.map(({ id, type, values }) => {
    const [count, value] = Array.isArray(values) ? [1, values[0]!] : [values.count, values.at];
    return Buffer.concat([
      le(2, id, type),
      le(4, count),
      type === 3 && count === 1 ? Buffer.concat([le(2, value), le(2, 0)]) : le(4, value),
    ]);
  });
  return Buffer.concat([latin1('II*\0'), le(4, 8 + data.length), data, le(2, tags.length), ...entries, le(4, 0)]);
}

const flat = (side: number): Sharp =>
  sharp({ create: { width: side, height: side, channels: 3, background: '#246' }, limitInputPixels: false });
const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="20000" height="20000"><filter id="f"><feGaussianBlur stdDeviation="90"/></filter><rect width="20000" height="20000" filter="url(#f)"/></svg>';

export const HOSTILE_PHOTOS: readonly Hostile[] = [
  { name: 'SVG that calls itself PNG', make: file('drawn.png', () => svg), command: photo, short: true },
  {
    name: 'SVG behind a declaration and spaces',
    make: file('drawn.jpg', () => `<?xml version="1.0"?>\n${' '.repeat(500)}${svg}`),
    command: photo,
  },
  {
    name: 'PDF that calls itself JPEG',
    make: file('page.jpg', () => '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n'),
    command: photo,
  },
  {
    name: 'PNG of 14000 x 14000, grey',
    make: file('large.png', () => png({ side: 14000, bits: 8, grey: true })),
    command: photo,
    short: true,
  },
  {
    name: 'PNG of 10000 x 10000, grey',
    make: file('wide.png', () => png({ side: 10000, bits: 8, grey: true })),
    command: photo,
  },
  {
    name: 'PNG of 8000 x 8000, 16 bits and alpha',
    make: file('deep.png', () => png({ side: 8000, bits: 16 })),
    command: photo,
  },
  {
    name: 'PNG of 11000 x 11000, 16 bits, alpha, interlaced',
    make: file('interlaced.png', () => png({ side: 11000, bits: 16, interlaced: true })),
    command: photo,
  },
  {
    name: 'PNG of 60000 x 60000',
    make: file('huge.png', () => over(png({ side: 8, bits: 8 }), 'IHDR', 0, be(4, 60000, 60000))),
    command: photo,
  },
  {
    name: 'PNG with 500 MB of text',
    make: file('text.png', () =>
      png({ side: 8, bits: 8, extra: chunk('zTXt', Buffer.concat([latin1('Comment\0\0'), zeros(500e6)])) }),
    ),
    command: photo,
  },
  {
    name: 'PNG with a profile of 500 MB',
    make: file('profile.png', () =>
      png({ side: 8, bits: 8, extra: chunk('iCCP', Buffer.concat([latin1('x\0\0'), zeros(500e6)])) }),
    ),
    command: photo,
  },
  { name: 'JPEG of 13000 x 13000', make: file('large.jpg', () => flat(13000).jpeg().toBuffer()), command: photo },
  {
    name: 'JPEG of 13000 x 13000, progressive, turned',
    make: file('turned.jpg', () =>
      flat(13000).withMetadata({ orientation: 6 }).jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer(),
    ),
    command: photo,
  },
  {
    name: 'JPEG of 65500 x 65500',
    make: file('huge.jpg', async () =>
      over(await flat(64).jpeg().toBuffer(), latin1('\xff\xc0'), 3, be(2, 65500, 65500)),
    ),
    command: photo,
  },
  {
    name: 'WebP of 16383 x 16383',
    make: file('large.webp', async () =>
      over(await flat(64).webp().toBuffer(), latin1('\x9d\x01\x2a'), 0, le(2, 16383, 16383)),
    ),
    command: photo,
  },
  {
    name: 'WebP of 11000 x 11000, lossless',
    make: file('lossless.webp', () => flat(11000).webp({ lossless: true, effort: 0 }).toBuffer()),
    command: photo,
  },
  {
    name: 'animated WebP whose canvas is 16000 x 16000',
    make: file('moving.webp', async () => {
      const page = await flat(16).webp().toBuffer();
      const bytes = await sharp([page, await sharp(page).negate().toBuffer()], { join: { animated: true } })
        .webp()
        .toBuffer();
      return over(bytes, 'VP8X', 8, Buffer.from([0x7f, 0x3e, 0, 0x7f, 0x3e, 0]));
    }),
    command: frames,
  },
  {
    name: 'AVIF that claims 16384 x 16384',
    make: file('large.avif', async () => over(await flat(64).avif().toBuffer(), 'ispe', 4, be(4, 16384, 16384))),
    command: photo,
  },
  {
    name: 'AVIF of 9000 x 9000',
    make: file('wide.avif', () => flat(9000).avif({ effort: 0 }).toBuffer()),
    command: photo,
  },
  {
    name: 'TIFF of 9000 x 9000 in double precision, one strip',
    make: file('double.tif', () => tiff(9000, 9000, 1, 64, 3, 648e6)),
    command: photo,
  },
  {
    name: 'TIFF of 100 x 100 with 65535 samples a pixel',
    make: file('samples.tif', () => tiff(100, 100, 65535, 16, 1, 1310.7e6)),
    command: photo,
  },
  {
    name: 'TIFF with 2^31 entries in a tag',
    make: file('tag.tif', () =>
      tiff(100, 100, 1, 8, 1, 1e4, [{ id: 700, type: 4, values: { count: 0x7fffffff, at: 8 } }]),
    ),
    command: photo,
  },
  {
    name: 'BMP of 14000 x 14000, run-length coded',
    make: file('runs.bmp', () => runLengthBmp(14000)),
    command: photo,
    short: true,
  },
  {
    name: 'BMP of 19 bytes',
    make: file('short.bmp', () => runLengthBmp(16).subarray(0, 19)),
    command: photo,
    short: true,
  },
  { name: 'BMP of 25 bytes', make: file('short.bmp', () => runLengthBmp(16).subarray(0, 25)), command: photo },
  {
    name: 'BMP of 2^31 x 2^31',
    make: file('huge.bmp', () => over(runLengthBmp(16), le(4, 40), 0, le(4, 0x7fffffff, -0x80000000))),
    command: photo,
  },
  { name: 'BMP of no pixels', make: file('none.bmp', () => runLengthBmp(0)), command: photo },
];
