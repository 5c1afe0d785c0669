// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowanceFor } from '../files/allowance';
import { checkJson } from './json';
import { pictureSize } from './picture-size';
import { fitted, textureEdge } from './textures';

const bytesOf = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...part].map((char) => char.charCodeAt(0)) : part)),
  );
const u16 = (n: number): number[] => [n & 255, n >> 8];
const u32 = (n: number): number[] => [...u16(n & 0xffff), ...u16(n >>> 16)];
const be32 = (n: number): number[] => u32(n).reverse();
const gif = (screen: number, frame: number, before: number[] = []): Uint8Array =>
  bytesOf(
    'GIF89a',
    u16(screen),
    u16(screen),
    [0x80, 0, 0, 0, 0, 0, 1, 1, 1],
    before,
    [0x2c],
    u16(1),
    u16(2),
    u16(frame),
    u16(frame),
    [0],
  );

describe('the size of a picture is read before it is decoded', () => {
  it.each<[string, Uint8Array, [number, number] | null]>([
    ['GIF by its screen', gif(20_000, 1), [20_000, 20_000]],
    ['GIF by its first frame, where that is larger', gif(1, 9000), [9001, 9002]],
    ['GIF behind an extension', gif(1, 300, [0x21, 0xf9, 4, 0, 0, 0, 0, 0]), [301, 302]],
    ['GIF that stops short', gif(20_000, 1).subarray(0, 14), null],
    [
      'BMP',
      bytesOf('BM', new Array<number>(12).fill(0), u32(40), u32(20_000), u32(2 ** 32 - 16_000)),
      [20_000, 16_000],
    ],
    ['BMP of OS/2', bytesOf('BM', new Array<number>(12).fill(0), u32(12), u16(600), u16(500), u32(0)), [600, 500]],
    ['BMP of 25 bytes', bytesOf('BM', new Array<number>(23).fill(9)), null],
    [
      'AVIF by the largest of its pictures',
      bytesOf(
        be32(28),
        'ftypavif',
        new Array<number>(16).fill(0),
        be32(20),
        'ispe',
        be32(0),
        be32(64),
        be32(64),
        be32(20),
        'ispe',
        be32(0),
        be32(9000),
        be32(70),
      ),
      [9000, 70],
    ],
    ['JPEG', bytesOf([0xff, 0xd8, 0xff, 0xc2, 0, 11, 8, 1, 0, 2, 0, 1, 1, 0x11, 0]), [512, 256]],
    [
      'JPEG of a thousand layers',
      bytesOf(
        [0xff, 0xd8, 0xff, 0xc2, 0, 11, 8, 1, 0, 2, 0, 1, 1, 0x11, 0],
        Array.from({ length: 2000 }, (_, k) => (k % 2 ? 0xda : 0xff)),
      ),
      null,
    ],
    ['an icon', bytesOf(u16(0), u16(1), u16(1), new Array<number>(40).fill(0)), null],
    ['SVG', bytesOf('<svg xmlns="http://www.w3.org/2000/svg" width="30000" height="30000"/>'), null],
  ])('%s', (_, bytes, size) => expect(pictureSize(bytes)).toEqual(size && { width: size[0], height: size[1] }));

  it('whatever the bytes are', () => {
    const heads = [
      gif(5, 5),
      bytesOf('BM'),
      bytesOf(be32(28), 'ftypavif', [0x69]),
      bytesOf('RIFFaaaaWEBPVP8X'),
      bytesOf([0xff, 0xd8, 0xff]),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...heads),
        fc.uint8Array({ maxLength: 80 }),
        fc.nat(20),
        (head, rest, cut) =>
          void pictureSize(Uint8Array.from([...head.subarray(0, head.length - Math.min(cut, head.length)), ...rest])),
      ),
    );
  });
});

describe('textures', () => {
  const size = fc.record({
    width: fc.integer({ min: 1, max: 8192 }),
    height: fc.integer({ min: 1, max: 8192 }),
    copies: fc.integer({ min: 0, max: 9 }),
  });

  it('are shown no larger than all of them together may be, and never larger than they are', () => {
    fc.assert(
      fc.property(fc.array(size, { maxLength: 12 }), fc.integer({ min: 100, max: 1e8 }), (pictures, shownPixels) => {
        const { edge, smaller } = textureEdge(pictures, { shownPixels, storedPixels: Infinity }, 'a');
        const shown = pictures.map((picture) => ({ ...fitted(picture, edge), copies: picture.copies }));
        expect(shown.reduce((sum, { width, height, copies }) => sum + width * height * copies, 0)).toBeLessThanOrEqual(
          shownPixels,
        );
        shown.forEach(({ width, height }, k) =>
          expect(width <= pictures[k]!.width && height <= pictures[k]!.height && Math.max(width, height) <= edge).toBe(
            true,
          ),
        );
        expect(smaller).toBe(
          shown.some(({ width, height }, k) => width < pictures[k]!.width || height < pictures[k]!.height),
        );
      }),
    );
  });

  it('of real files keep their size; those that cost the file nothing do not', () => {
    const twelve = Array.from({ length: 12 }, () => ({ width: 4096, height: 4096, copies: 1 }));
    expect(textureEdge(twelve, allowanceFor(40e6), 'a')).toEqual({ edge: 16_384, smaller: false });
    expect(textureEdge(twelve, allowanceFor(200_000), 'a')).toEqual({ edge: 2048, smaller: true });
  });

  it.each([
    [[{ width: 14_000, height: 14_000, copies: 1 }], '14,000 x 14,000'],
    [Array.from({ length: 40 }, () => ({ width: 4096, height: 4096, copies: 1 })), 'million pixels'],
    [Array.from({ length: 5000 }, () => ({ width: 1, height: 1, copies: 1 })), '5,000 textures'],
  ])('are refused before they are decoded (%#)', (pictures, words) =>
    expect(() => textureEdge(pictures, allowanceFor(1000), 'a')).toThrow(words),
  );
});

describe('JSON is counted before it is read', () => {
  const check = (text: string): void => checkJson(new TextEncoder().encode(text), 'a');

  it('lets what files hold through, whatever stands in its texts', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => check(JSON.stringify(value))));
    check(JSON.stringify(['['.repeat(1000), '\\"[', ','.repeat(1000)]));
  });

  it('refuses what is deep or endless', () => {
    expect(() => check('['.repeat(100_000))).toThrow(/too deep/);
    expect(() => check('{"a":'.repeat(100_000))).toThrow(/too deep/);
    expect(() => check(`[${'{},'.repeat(3_000_000)}{}]`)).toThrow(/6 million values/);
  });
});
