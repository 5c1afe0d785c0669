// SPDX-License-Identifier: Apache-2.0
import type { PixelSize, Rectangle } from '../../../contract';
import type { Zoom } from './zoom';

/** A rectangle as parts of a hundred of the photograph's width and height. */
export type Percents = Rectangle;

export const percents = ({ x, y, width, height }: Rectangle, photo: PixelSize): Percents => ({
  x: (x / photo.width) * 100,
  y: (y / photo.height) * 100,
  width: (width / photo.width) * 100,
  height: (height / photo.height) * 100,
});

/**
 * The rectangle in whole pixels of the photograph, inside it; it may have no area while it is being drawn.
 * @param before where the rectangle was. A key may move an edge by less than a pixel: it then moves by a whole one,
 *   because rounding would hold it back. Leave it out for a drag, which adds up by itself.
 */
export function wholePixels(wanted: Percents, photo: PixelSize, before?: Rectangle): Rectangle {
  const edge = (percent: number, length: number, was: number | undefined): number => {
    const exact = (percent / 100) * length;
    const by = was === undefined ? 0 : exact - was;
    const rounded = Math.round(exact);
    const at = rounded === was && Math.abs(by) > 1e-3 ? was + Math.sign(by) : rounded;
    return Math.min(length, Math.max(0, at));
  };
  const x = edge(wanted.x, photo.width, before?.x);
  const y = edge(wanted.y, photo.height, before?.y);
  const right = edge(wanted.x + wanted.width, photo.width, before && before.x + before.width);
  const bottom = edge(wanted.y + wanted.height, photo.height, before && before.y + before.height);
  return { x, y, width: Math.max(0, right - x), height: Math.max(0, bottom - y) };
}

/** The rectangle to begin with: the middle of what is shown. @param box size of the pane in CSS pixels. */
export function firstRectangle({ scale, x, y }: Zoom, photo: PixelSize, box: PixelSize): Rectangle {
  const part = (middle: number, length: number, room: number): [number, number] => {
    const shown = Math.min(length, room / scale);
    const size = Math.max(1, Math.round(shown / 2));
    return [Math.min(length - size, Math.max(0, Math.round(middle - size / 2))), size];
  };
  const [left, width] = part(x, photo.width, box.width);
  const [top, height] = part(y, photo.height, box.height);
  return { x: left, y: top, width, height };
}

/** The rectangle with one typed value, moved or made smaller where it would reach beyond the photograph. */
export function withValue(rectangle: Rectangle, name: keyof Rectangle, value: number, photo: PixelSize): Rectangle {
  const next = { ...rectangle, [name]: value };
  const x = Math.min(photo.width - 1, next.x);
  const y = Math.min(photo.height - 1, next.y);
  return {
    x,
    y,
    width: Math.max(1, Math.min(next.width, photo.width - x)),
    height: Math.max(1, Math.min(next.height, photo.height - y)),
  };
}
