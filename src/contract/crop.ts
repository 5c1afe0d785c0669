// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { ZoetropeError } from './errors';
import { say } from './sentence';

const place = z.number().int().nonnegative().max(1e6);
const length = z.number().int().positive().max(1e6);

/** Width and height in pixels. */
export const PixelSize = z.object({ width: length, height: length });
export type PixelSize = z.infer<typeof PixelSize>;

/**
 * A rectangle of a photograph, in pixels of its file at full size and turned as people see it (EXIF orientation
 * applied). `x` and `y` are its top left corner, counted from 0.
 */
export const Rectangle = z.object({ x: place, y: place, width: length, height: length });
export type Rectangle = z.infer<typeof Rectangle>;

/** A rectangle of a photograph with the size of the whole photograph, turned the same way, in which it was chosen. */
export const Crop = Rectangle.extend({ of: PixelSize });
export type Crop = z.infer<typeof Crop>;

/**
 * A rectangle that is wanted of a photograph, before the photograph's size is known. `percent`: of its width and
 * height. `of`: the size in which it was chosen; if the file has another size now, it is refused.
 */
export interface WantedCrop {
  unit: 'pixel' | 'percent';
  x: number;
  y: number;
  width: number;
  height: number;
  of?: PixelSize | undefined;
}

/** As W3C's media fragments write it: `640,120,300,200`. */
export const rectangleText = ({ x, y, width, height }: Rectangle): string => [x, y, width, height].join(',');

const sizeText = ({ width, height }: PixelSize): string => `${width} x ${height}`;

const FRAGMENT = /^(.+)#xywh=([^#]*)$/s;
const NUMBER = /^\d+(\.\d+)?$/;

/**
 * Splits `photo.jpg#xywh=640,120,300,200` (W3C media fragments; also `xywh=pixel:` and `xywh=percent:`) into the file
 * and the rectangle. An address without a rectangle is returned as it is. @throws ZoetropeError `bad-request`.
 */
export function splitCrop(address: string): { file: string; crop?: WantedCrop } {
  const [, file, text] = FRAGMENT.exec(address) ?? [];
  if (file === undefined || text === undefined) return { file: address };
  const [, named, list] = /^(?:(pixel|percent):)?(.*)$/s.exec(text)!;
  const unit = named === 'percent' ? 'percent' : 'pixel';
  const numbers = list!.split(',');
  const [x, y, width, height] = numbers.map(Number);
  if (numbers.length !== 4 || !numbers.every((one) => NUMBER.test(one) && (unit === 'percent' || /^\d+$/.test(one)))) {
    throw new ZoetropeError(
      'bad-request',
      say`The rectangle "${text}" cannot be read.`,
      say`Write it as #xywh=X,Y,WIDTH,HEIGHT in whole pixels, or as #xywh=percent:X,Y,WIDTH,HEIGHT.`,
    );
  }
  return { file, crop: { unit, x: x!, y: y!, width: width!, height: height! } };
}

/**
 * The pixels of a wanted rectangle.
 * @param size of the photograph as it is now.
 * @throws ZoetropeError `bad-request` for a rectangle without area or one that is not inside; `file-changed` if the
 *   photograph has another size than the rectangle was chosen in.
 */
export function cropWithin(wanted: WantedCrop, size: PixelSize, name: string): Crop {
  const { of, unit } = wanted;
  const advice = say`Use a rectangle within its ${sizeText(size)} pixels.`;
  if (of && (of.width !== size.width || of.height !== size.height)) {
    throw new ZoetropeError(
      'file-changed',
      say`"${name}" is now ${sizeText(size)} pixels; the rectangle was chosen when it was ${sizeText(of)}.`,
      say`Remove the old picture from the tray, then choose the rectangle again.`,
    );
  }
  const edge = (share: number, length: number): number =>
    Math.round(unit === 'percent' ? (share / 100) * length : share);
  const [left, top] = [edge(wanted.x, size.width), edge(wanted.y, size.height)];
  const [right, bottom] = [edge(wanted.x + wanted.width, size.width), edge(wanted.y + wanted.height, size.height)];
  if (right <= left || bottom <= top) {
    throw new ZoetropeError('bad-request', say`The rectangle ${rectangleText(wanted)} holds no pixels.`, advice);
  }
  if (left < 0 || top < 0 || right > size.width || bottom > size.height) {
    throw new ZoetropeError(
      'bad-request',
      say`The rectangle ${rectangleText(wanted)} is not inside "${name}".`,
      advice,
    );
  }
  return { x: left, y: top, width: right - left, height: bottom - top, of: { width: size.width, height: size.height } };
}
