// SPDX-License-Identifier: Apache-2.0
/** Small picture files that claim to be large. */

import { crc32, deflateSync } from 'node:zlib';
import { u32 } from './scene-files';

/** A PNG of one colour. */
export function png(width: number, height: number): Uint8Array {
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([size, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([1, 0, 0, 0, 0], 8); // one bit of grey
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.alloc((1 + Math.ceil(width / 8)) * height))),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** A GIF of one pixel that claims to be larger, with its screen and frame or only its screen. */
export const gif = (screen: number, frame: number): Uint8Array =>
  Buffer.concat([
    Buffer.from('GIF89a'),
    Buffer.from(Uint16Array.of(screen, screen).buffer),
    Buffer.from([0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2c, 0, 0, 0, 0]),
    Buffer.from(Uint16Array.of(frame, frame).buffer),
    Buffer.from([0, 2, 2, 0x44, 1, 0, 0x3b]),
  ]);

export const bmpRle = (size: number): Uint8Array =>
  Buffer.concat([
    Buffer.from('BM'),
    u32(62, 0, 62, 40, size, size),
    Buffer.from(Uint16Array.of(1, 8).buffer),
    u32(1, 4, 0, 0, 2, 2),
    u32(0, 0xffffff),
    Buffer.from([0, 1, 0, 0]),
  ]);
