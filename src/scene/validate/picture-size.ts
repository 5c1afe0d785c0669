// SPDX-License-Identifier: Apache-2.0
export interface PictureSize {
  width: number;
  height: number;
}

/** Maximum number of scans: a JPEG with more was made to take hours to decode. */
const MOST_JPEG_SCANS = 200;

/**
 * Width and height from the first bytes of a PNG, JPEG, WebP, GIF, BMP, AVIF or KTX2, without decoding it: a picture of
 * a few hundred bytes may unpack to gigabytes. Null if it is none of these or is truncated; then it is not decoded.
 */
export function pictureSize(bytes: Uint8Array): PictureSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const has = (at: number, text: string): boolean =>
    at + text.length <= bytes.length && [...text].every((char, i) => bytes[at + i] === char.charCodeAt(0));

  if (has(1, 'PNG') && has(12, 'IHDR') && bytes.length >= 24) {
    return { width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (has(1, 'KTX 20') && bytes.length >= 28)
    return { width: view.getUint32(20, true), height: Math.max(1, view.getUint32(24, true)) };
  if (has(0, 'RIFF') && has(8, 'WEBP') && bytes.length >= 30) {
    if (has(12, 'VP8X')) {
      return { width: 1 + (view.getUint32(24, true) & 0xffffff), height: 1 + (view.getUint32(26, true) >>> 8) };
    }
    if (has(12, 'VP8L')) {
      const bits = view.getUint32(21, true);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    if (has(12, 'VP8 ')) {
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    }
    return null;
  }
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegSize(bytes, view);
  if (has(0, 'GIF8')) return gifSize(bytes, view);
  if (has(0, 'BM') && bytes.length >= 26) {
    if (view.getUint32(14, true) === 12) return { width: view.getUint16(18, true), height: view.getUint16(20, true) };
    return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
  }
  return has(4, 'ftypavif') || has(4, 'ftypmif1') ? avifSize(bytes, view) : null;
}

/** JPEG: segments, each a marker and its length, until a frame header (SOF) gives the size. */
function jpegSize(bytes: Uint8Array, view: DataView): PictureSize | null {
  let at = 2;
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame)
      return scans(bytes, at) > MOST_JPEG_SCANS
        ? null
        : { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

function scans(bytes: Uint8Array, from: number): number {
  let found = 0;
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1))
    if (bytes[at + 1] === 0xda) found += 1;
  return found;
}

/** GIF: the logical screen, or the first frame if that is larger. */
function gifSize(bytes: Uint8Array, view: DataView): PictureSize | null {
  if (bytes.length < 13) return null;
  const screen = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  const tableBytes = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + tableBytes(bytes[10]!);
  while (bytes[at] === 0x21) {
    at += 2;
    while (bytes[at]) at += 1 + bytes[at]!;
    at += 1;
  }
  if (bytes[at] !== 0x2c || at + 9 > bytes.length) return null;
  const end = (k: number): number => view.getUint16(at + 1 + k, true) + view.getUint16(at + 5 + k, true);
  return { width: Math.max(screen.width, end(0)), height: Math.max(screen.height, end(2)) };
}

/** AVIF: the largest size in its properties (`ispe`): of the picture, its tiles, its alpha. */
function avifSize(bytes: Uint8Array, view: DataView): PictureSize | null {
  const size = { width: 0, height: 0 };
  for (let at = bytes.indexOf(0x69); at >= 0 && at + 16 <= bytes.length; at = bytes.indexOf(0x69, at + 1)) {
    if (view.getUint32(at) !== 0x69737065) continue; // "ispe"
    size.width = Math.max(size.width, view.getUint32(at + 8));
    size.height = Math.max(size.height, view.getUint32(at + 12));
  }
  return size.width > 0 && size.height > 0 ? size : null;
}
