// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import sharp from 'sharp';
import type { RgbImage } from '../contract';
import { ffmpeg } from './golden/clip';
import golden from './golden/photos.json';
import { decodePng, encodePng, fileKind, pictureHash, readPhoto } from './index';
import { shrinkOf } from './photo';

/** A BMP of one row of grey pixels with alpha, with the newest header version. */
function bmpWithAlpha(pixels: readonly (readonly [grey: number, alpha: number])[]): Buffer {
  const head = Buffer.alloc(14 + 124);
  head.write('BM');
  head.writeUInt32LE(head.length + 4 * pixels.length, 2);
  head.writeUInt32LE(head.length, 10);
  [124, pixels.length, 1].forEach((value, i) => head.writeUInt32LE(value, 14 + 4 * i));
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(32, 28);
  head.writeUInt32LE(3, 30);
  [0xff0000, 0xff00, 0xff, 0xff000000].forEach((mask, i) => head.writeUInt32LE(mask, 54 + 4 * i));
  return Buffer.concat([head, Buffer.from(pixels.flatMap(([grey, alpha]) => [grey, grey, grey, alpha]))]);
}

/** A PNG in which every pixel has another colour. */
const gradient = async (width: number, height: number): Promise<Buffer> => {
  const data = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => (i * 37 + Math.floor(i / (width * 3)) * 11) % 256,
  );
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
};

const folder = join(import.meta.dirname, 'golden');
let temp = '';
beforeAll(async () => void (temp = await mkdtemp(join(tmpdir(), 'zoetrope-photo-'))));
afterAll(() => rm(temp, { recursive: true, force: true }));

describe('readPhoto', () => {
  // CMYK has no single right answer: we use the colour profile, Pillow does not.
  it.each(Object.entries(golden).filter(([name]) => name !== 'cmyk.jpg'))(
    'reads %s as Pillow does',
    async (name, want) => {
      const image = await readPhoto(join(folder, name), { transparency: 'dropped' });
      expect({ width: image.width, height: image.height, sha256: pictureHash(image) }).toEqual(want);
    },
  );

  it('cuts a crop out of the pixels of the whole: turned, transparent, of 16 bits, with a profile, BMP', async () => {
    const bmp = join(temp, 'cut.bmp');
    await ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=35x21', '-frames:v', '1', bmp);
    const deep = join(temp, 'cut-deep.png');
    await ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'testsrc=size=35x21,format=rgb48,lutrgb=r=val/16:g=val/16:b=val/16',
      '-frames:v',
      '1',
      deep,
    );
    const turned: string[] = [];
    for (let orientation = 1; orientation <= 8; orientation++) {
      turned.push(join(temp, `cut-${orientation}.jpg`));
      await sharp(await gradient(35, 21))
        .withMetadata({ orientation })
        .jpeg()
        .toFile(turned.at(-1)!);
    }
    const files = [...Object.keys(golden).map((name) => join(folder, name)), bmp, deep, ...turned];
    for (const file of files) {
      const whole = await readPhoto(file);
      const [x, y] = [Math.floor(whole.width / 3), Math.floor(whole.height / 4)];
      const [width, height] = [Math.ceil(whole.width / 2), Math.ceil(whole.height / 3)];
      const { data, ...facts } = await readPhoto(file, { crop: { unit: 'pixel', x, y, width, height } });
      const { data: all, width: wide, height: high, ...same } = whole;
      const rows = Array.from({ length: height }, (_, row) => {
        const from = ((y + row) * wide + x) * 3;
        return all.subarray(from, from + width * 3);
      });
      expect({ file, ...facts }).toEqual({
        file,
        ...same,
        width,
        height,
        crop: { x, y, width, height, of: { width: wide, height: high } },
      });
      expect({ file, isCut: Buffer.concat(rows).equals(data) }).toEqual({ file, isCut: true });
    }
    expect(files.length).toBeGreaterThan(12);
  });

  it('cuts a photograph at full size that is read at half of it', async () => {
    const path = join(temp, 'large.jpg');
    const large = sharp({ create: { width: 12_000, height: 9000, channels: 3, background: '#808080' } });
    await large
      .composite([{ input: await gradient(64, 48), left: 11_001, top: 8001 }])
      .jpeg({ quality: 60 })
      .toFile(path);
    const whole = await readPhoto(path);
    expect([whole.width, whole.height, whole.original]).toEqual([6000, 4500, { width: 12_000, height: 9000 }]);
    const cut = await readPhoto(path, { crop: { unit: 'pixel', x: 11_001, y: 8001, width: 64, height: 48 } });
    const own = sharp(path, { limitInputPixels: false }).extract({ left: 11_001, top: 8001, width: 64, height: 48 });
    expect([cut.width, cut.height, cut.original]).toEqual([64, 48, undefined]);
    expect(Buffer.from(cut.data).equals(await own.raw().toBuffer())).toBe(true);
    await expect(
      readPhoto(path, {
        crop: { unit: 'pixel', x: 0, y: 0, width: 9, height: 9, of: { width: 9000, height: 12_000 } },
      }),
    ).rejects.toMatchObject({ code: 'file-changed' });
  });

  it('reads CMYK as three channels', async () => {
    const image = await readPhoto(join(folder, 'cmyk.jpg'));
    expect(image.data.length).toBe(53 * 37 * 3);
  });

  it.each([
    ['bgr24', ['-pix_fmt', 'bgr24']],
    ['palette', ['-pix_fmt', 'pal8']],
    ['top row first', ['-pix_fmt', 'bgra']],
  ])('reads a BMP (%s) pixel for pixel', async (name, options) => {
    const path = join(temp, `${name}.bmp`);
    await ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=35x21', '-frames:v', '1', ...options, path);
    const data = await ffmpeg('-i', path, '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1');
    expect(await fileKind(path)).toBe('photo');
    const image = await readPhoto(path);
    expect([image.width, image.height, pictureHash(image)]).toEqual([
      35,
      21,
      pictureHash({ width: 35, height: 21, data }),
    ]);
    const upright = await sharp(data, { raw: { width: 35, height: 21, channels: 3 } })
      .png()
      .toBuffer();
    expect(pictureHash(await decodePng(upright))).toBe(pictureHash(image)); // top row first
    await writeFile(path, (await readFile(path)).subarray(0, 60));
    await expect(readPhoto(path)).rejects.toMatchObject({ code: 'not-a-picture' });
  });

  it('shows on white what is transparent, and keeps the stored colours where it is asked to', async () => {
    // Black ink in the alpha channel: opaque, half, gone.
    const ink = sharp(Buffer.from([0, 0, 0, 255, 0, 0, 0, 128, 0, 0, 0, 0]), {
      raw: { width: 3, height: 1, channels: 4 },
    });
    const files: Record<string, Buffer> = {
      'rgba.png': await ink.clone().png().toBuffer(),
      'grey.png': await sharp(Buffer.from([0, 255, 0, 128, 0, 0]), { raw: { width: 3, height: 1, channels: 2 } })
        .toColourspace('b-w')
        .png()
        .toBuffer(),
      'palette.png': await ink.clone().png({ palette: true }).toBuffer(),
      'deep.png': await ink.clone().toColourspace('rgb16').png().toBuffer(),
      'lossless.webp': await ink.clone().webp({ lossless: true, exact: true }).toBuffer(),
      'lossless.avif': await ink.clone().avif({ lossless: true }).toBuffer(),
      'plain.tiff': await ink.clone().tiff({ compression: 'none' }).toBuffer(),
      'v5.bmp': bmpWithAlpha([
        [0, 255],
        [0, 128],
        [0, 0],
      ]),
    };
    for (const [name, data] of Object.entries(files)) {
      const path = join(temp, name);
      await writeFile(path, data);
      const image = await readPhoto(path);
      const reds = [...image.data].filter((_, i) => i % 3 === 0);
      expect({ name, reds: reds.map((red) => Math.round(red / 8) * 8), as: image.transparency }).toEqual({
        name,
        reds: [0, 128, 256],
        as: 'white',
      });
      const stored = await readPhoto(path, { transparency: 'dropped' });
      if (!name.startsWith('palette'))
        expect({ name, most: Math.max(...stored.data), as: stored.transparency }).toEqual({
          name,
          most: 0,
          as: 'dropped',
        });
    }
    const gif = join(temp, 'clear.gif');
    await writeFile(gif, await ink.clone().gif().toBuffer());
    expect([...(await readPhoto(gif)).data.subarray(6)]).toEqual([255, 255, 255]);
    const opaque = join(temp, 'opaque.png');
    await writeFile(
      opaque,
      await sharp({ create: { width: 2, height: 2, channels: 4, background: '#123456' } })
        .png()
        .toBuffer(),
    );
    expect(await readPhoto(opaque)).not.toHaveProperty('transparency');
  });

  it.each([8, 10, 12, 14, 16])('stretches %i bits of 16 to all of them, and says so', async (bits) => {
    const most = 2 ** bits - 1;
    const ramp = Uint16Array.from({ length: 16 }, (_, i) => Math.round((i * most) / 15));
    const grey = sharp(ramp, { raw: { width: 16, height: 1, channels: 1 } }).toColourspace('grey16');
    const want = Array.from({ length: 16 }, (_, i) => i * 17);
    for (const name of ['ramp.png', 'ramp.tiff']) {
      const path = join(temp, name);
      await (name.endsWith('png') ? grey.clone().png() : grey.clone().tiff({ compression: 'lzw' })).toFile(path);
      const { data, bits: said } = await readPhoto(path);
      expect(said).toBe(bits === 16 ? undefined : bits);
      [...data].forEach((value, i) => expect(Math.abs(value - want[Math.floor(i / 3)]!)).toBeLessThanOrEqual(1));
    }
  });

  it('believes a PNG that says how many bits it uses, and stretches colours beside full alpha', async () => {
    const path = join(temp, 'dim.png');
    const dim = await sharp(Uint16Array.from([0, 500, 1000]), { raw: { width: 3, height: 1, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    const chunk = Buffer.from([0, 0, 0, 1, ...Buffer.from('sBIT'), 12, 0, 0, 0, 0]);
    chunk.writeUInt32BE(crc32(chunk.subarray(4, 9)), 9);
    await writeFile(path, Buffer.concat([dim.subarray(0, 33), chunk, dim.subarray(33)]));
    expect(await readPhoto(path)).toMatchObject({
      bits: 12,
      data: Uint8Array.from([0, 31, 62].flatMap((v) => [v, v, v])),
    });
    const clear = join(temp, 'clear16.png');
    await sharp(Uint16Array.from([4095, 0, 0, 65535, 0, 0, 0, 0]), { raw: { width: 2, height: 1, channels: 4 } })
      .toColourspace('rgb16')
      .png()
      .toFile(clear);
    expect(await readPhoto(clear)).toMatchObject({
      bits: 12,
      transparency: 'white',
      data: Uint8Array.from([255, 0, 0, 255, 255, 255]),
    });
  });

  it('reads AVIF, and says what to do with HEIC', async () => {
    const data = Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => (i * 7) & 255);
    const path = join(temp, 'lossless.avif');
    await sharp(data, { raw: { width: 16, height: 16, channels: 3 } })
      .avif({ lossless: true, chromaSubsampling: '4:4:4' })
      .toFile(path);
    const image = await readPhoto(path);
    expect([await fileKind(path), image.width, image.height]).toEqual(['photo', 16, 16]);
    const heic = join(temp, 'phone.heic');
    await writeFile(
      heic,
      Buffer.concat([Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), Buffer.alloc(500)]),
    );
    expect(await fileKind(heic)).toBe('photo');
    await expect(readPhoto(heic)).rejects.toMatchObject({
      code: 'not-a-picture',
      message: expect.stringContaining('HEIC') as string,
      advice: expect.stringContaining('JPEG') as string,
    });
  });

  it('says plainly what is wrong', async () => {
    const put = async (name: string, data: string | Buffer): Promise<string> => {
      await writeFile(join(temp, name), data);
      return join(temp, name);
    };
    const jpeg = await readFile(join(folder, 'turned.jpg'));
    await expect(readPhoto(join(temp, 'none.jpg'))).rejects.toMatchObject({ code: 'file-missing' });
    await expect(readPhoto(join(temp, 'caf\ufffd.jpg'))).rejects.toMatchObject({
      code: 'file-unreadable',
      message: 'The name "caf\ufffd.jpg" is not valid text.',
      advice: expect.stringContaining('Rename it') as string,
    });
    await expect(readPhoto(await put('empty.jpg', ''))).rejects.toMatchObject({ code: 'file-empty' });
    await expect(readPhoto(await put('text.jpg', 'not a picture at all'))).rejects.toMatchObject({
      code: 'not-a-picture',
    });
    await expect(readPhoto(temp)).rejects.toMatchObject({ code: 'file-unreadable' });
    await expect(readPhoto(await put('cut.jpg', jpeg.subarray(0, 300)))).rejects.toMatchObject({
      code: 'not-a-picture',
    });
    const bmp = Buffer.concat([Buffer.from('BM'), Buffer.alloc(12), Buffer.from([40]), Buffer.alloc(11)]);
    for (const length of [19, 25, 26])
      await expect(readPhoto(await put('short.bmp', bmp.subarray(0, length)))).rejects.toMatchObject({
        code: 'not-a-picture',
        message: expect.stringContaining('BMP') as string,
      });
  });

  it('opens no format but those that are meant, whatever a file is called', async () => {
    const others = {
      svg: '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>',
      spaced: `<?xml version="1.0"?>${' '.repeat(500)}<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>`,
      pdf: '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>',
      ppm: 'P6 1 1 255\n\0\0\0',
      csv: '1,2\n3,4\n',
      vips: Buffer.concat([Buffer.from([0x08, 0xf2, 0xa6, 0xb6]), Buffer.alloc(100)]),
      hdr: '#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\n\0\0\0\0',
      jp2: Buffer.from('\0\0\0\fjP  \r\n\x87\n', 'latin1'),
      jxl: Buffer.from('\xff\n', 'latin1'),
      psd: '8BPS\0\x01',
      exr: Buffer.from('v/1\x01', 'latin1'),
      ico: Buffer.from([0, 0, 1, 0, 1, 0]),
    };
    for (const [name, data] of Object.entries(others)) {
      await writeFile(join(temp, `${name}.png`), data);
      await expect(readPhoto(join(temp, `${name}.png`)), name).rejects.toMatchObject({
        code: 'not-a-picture',
        message: `"${name}.png" is not a picture that can be read.`,
      });
    }
  });

  it('reads a large photograph at half its size, and none that would take too much', () => {
    const jpeg = { format: 'jpeg', channels: 3, depth: 'uchar', isProgressive: false } as const;
    const png = { ...jpeg, format: 'png', channels: 4 } as const;
    expect(shrinkOf({ ...jpeg, width: 10_000, height: 10_000 })).toBe(1);
    expect(shrinkOf({ ...jpeg, width: 16_320, height: 12_240, orientation: 6 })).toBe(2); // 200 megapixels of a phone
    expect(shrinkOf({ ...jpeg, width: 9000, height: 9000, isProgressive: true })).toBe(2);
    expect(shrinkOf({ ...jpeg, width: 14_000, height: 14_000, isProgressive: true })).toBeUndefined();
    expect(shrinkOf({ ...jpeg, width: 15_000, height: 15_000 })).toBeUndefined();
    expect(shrinkOf({ ...png, depth: 'ushort', width: 9000, height: 9000 })).toBe(1);
    expect(shrinkOf({ ...png, depth: 'ushort', width: 11_000, height: 11_000, isProgressive: true })).toBeUndefined();
    expect(
      shrinkOf({ ...jpeg, format: 'tiff', depth: 'double', channels: 4, width: 6000, height: 6000 }),
    ).toBeUndefined();
    expect(shrinkOf({ ...jpeg, format: 'heif', width: 8000, height: 6000 })).toBe(2);
    expect(shrinkOf({ ...jpeg, format: 'webp', width: 16_383, height: 16_383 })).toBeUndefined();
  });
});

describe('encodePng', () => {
  it('gives back every byte', async () => {
    const picture = fc
      .tuple(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 30 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
      )
      .map(([width, height, bytes]): RgbImage => ({
        width,
        height,
        data: Uint8Array.from(bytes.take(width * height * 3)),
      }));
    await fc.assert(
      fc.asyncProperty(picture, async (image) => {
        const back = await decodePng(await encodePng(image));
        expect([back.width, back.height]).toEqual([image.width, image.height]);
        expect(pictureHash(back)).toBe(pictureHash(image));
      }),
      { numRuns: 30 },
    );
    const flat = { width: 8, height: 8, data: new Uint8Array(192).fill(9) };
    expect((await decodePng(await encodePng(flat))).data).toEqual(flat.data);
  });

  it('refuses what is no PNG', async () => {
    await expect(decodePng(Buffer.from('nonsense'))).rejects.toMatchObject({ code: 'not-a-picture' });
  });
});

it('reads a file that was replaced anew', async () => {
  const path = join(temp, 'replaced.png');
  for (const grey of [10, 200]) {
    await writeFile(path, await encodePng({ width: 8, height: 8, data: new Uint8Array(192).fill(grey) }));
    expect((await readPhoto(path)).data[0]).toBe(grey);
  }
});

describe('fileKind', () => {
  it('goes by content where it is telling, else by name', async () => {
    const kindOf = async (name: string, data: string | Buffer): Promise<string> => {
      await writeFile(join(temp, name), data);
      return fileKind(join(temp, name));
    };
    const jpeg = await readFile(join(folder, 'turned.jpg'));
    expect(await kindOf('photo.mp4', jpeg)).toBe('video'); // opening it says that it is none
    expect(await kindOf('photo.dat', jpeg)).toBe('photo');
    expect(await kindOf('a.GLB', 'glTF....')).toBe('scene');
    expect(await kindOf('a.obj', 'v 0 0 0\n')).toBe('scene');
    expect(await kindOf('cloud.ply', 'ply\nformat ascii 1.0\n')).toBe('scene');
    expect(await kindOf('clip', Buffer.from('\0\0\0\x18ftypisom', 'latin1'))).toBe('video');
    expect(await kindOf('pic', Buffer.from('\0\0\0\x18ftypavif', 'latin1'))).toBe('photo');
    expect(await kindOf('notes.txt', 'BMW and other makers of cars, of which there are many')).toBe('unknown');
    expect(await fileKind(join(temp, 'gone.mkv'))).toBe('video');
    expect(await fileKind(join(temp, 'gone'))).toBe('unknown');
  });
});
