// SPDX-License-Identifier: Apache-2.0
import { extname } from 'node:path';
import { SCENE_EXTENSIONS } from '../contract';
import { firstBytes } from './file';
import { isWebpAnimation } from './webp';

export type FileKind = 'video' | 'photo' | 'scene' | 'unknown';

const EXTENSIONS: Record<Exclude<FileKind, 'unknown'>, string> = {
  video:
    'mp4 m4v mov qt mkv webm avi mpg mpeg m2v vob ts mts m2ts flv wmv asf ogv ogg 3gp 3g2 mxf gif apng y4m h264 264 h265 265 hevc ivf dv rm rmvb wtv nut mjpeg mjpg',
  photo: 'jpg jpeg jfif png webp tif tiff avif bmp dib heic heif',
  scene: [...SCENE_EXTENSIONS].join(' '),
};

const byExtension = new Map(
  Object.entries(EXTENSIONS).flatMap(([kind, list]) => list.split(' ').map((ext) => [ext, kind as FileKind] as const)),
);

/** The kind of file that an extension stands for. */
export const kindByName = (name: string): FileKind =>
  byExtension.get(extname(name).slice(1).toLowerCase()) ?? 'unknown';

/**
 * The kind of a file: by its first bytes if they identify it, else by its extension (OBJ, STL and others have no
 * signature). Never throws: a file that cannot be read is classified by its name, and opening it reports the error.
 */
export async function fileKind(path: string): Promise<FileKind> {
  const named = kindByName(path);
  try {
    return sniff(await firstBytes(path, 400), named) ?? named;
  } catch {
    return named;
  }
}

/** The two letters of the signature alone occur in many texts, so the header size must also be a known one. */
export function isBmp(head: Buffer): boolean {
  return (
    head.length > 18 &&
    head.toString('latin1', 0, 2) === 'BM' &&
    [12, 40, 52, 56, 64, 108, 124].includes(head.readUInt32LE(14))
  );
}

export type PhotoFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif' | 'heic' | 'bmp';

/** The format of a photograph by its first bytes, whatever its name; undefined for all others (SVG, PDF, PSD ...). */
export function photoFormat(head: Buffer): PhotoFormat | undefined {
  const text = head.toString('latin1');
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return 'webp';
  if (/^GIF8[79]a/.test(text)) return 'gif';
  if (/^(II[*+]\0|MM\0[*+])/.test(text)) return 'tiff';
  if (isBmp(head)) return 'bmp';
  if (isHeic(head)) return 'heic';
  return /^....ftyp/s.test(text) && /^(avif|avis|mif1|msf1)/.test(text.slice(8)) ? 'avif' : undefined;
}

/** Whether a HEIF file holds HEVC pictures: it does unless the brand says AVIF. */
export function isHeic(head: Buffer): boolean {
  return (
    head.toString('latin1', 4, 8) === 'ftyp' &&
    /^(heic|heix|heim|heis|mif1|msf1)/.test(head.toString('latin1', 8, 12)) &&
    !head.toString('latin1', 12, 64).includes('avif')
  );
}

function sniff(head: Buffer, named: FileKind): FileKind | undefined {
  const text = head.toString('latin1');
  const at = (offset: number, magic: string): boolean => text.startsWith(magic, offset);
  if (at(0, '\xff\xd8\xff') || at(0, 'II*\0') || at(0, 'MM\0*') || isBmp(head))
    return named === 'video' ? undefined : 'photo';
  if (at(0, '\x89PNG')) return text.includes('acTL') ? 'video' : 'photo';
  if (at(0, 'GIF8')) return 'video';
  if (at(0, 'RIFF'))
    return isWebpAnimation(head) ? 'video' : at(8, 'WEBP') ? 'photo' : at(8, 'AVI ') ? 'video' : undefined;
  if (at(4, 'ftyp')) return /^(avif|avis|heic|heix|heim|heis|mif1|msf1)/.test(text.slice(8, 12)) ? 'photo' : 'video';
  if (at(4, 'moov') || at(4, 'mdat') || at(4, 'wide')) return 'video';
  if (at(0, '\x1a\x45\xdf\xa3') || at(0, 'FLV\x01') || at(0, '\x30\x26\xb2\x75') || at(0, 'OggS')) return 'video';
  if (at(0, '\0\0\x01\xba') || at(0, '\0\0\x01\xb3')) return 'video';
  if (at(0, 'G') && at(188, 'G')) return 'video';
  if (at(0, 'glTF') || at(0, 'ply\n') || at(0, 'ply\r') || at(0, 'Kaydara FBX') || at(0, 'LASF')) return 'scene';
  if (at(0, 'PK\x03\x04')) return named === 'scene' ? 'scene' : 'unknown';
  return undefined;
}
