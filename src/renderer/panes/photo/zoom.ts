// SPDX-License-Identifier: Apache-2.0
import type { PixelSize } from '../../../contract';

/** The part of a photograph that is shown. */
export interface Zoom {
  /** CSS pixels for one pixel of the photograph. */
  scale: number;
  /** The place of the photograph, in its pixels, that is in the middle of the pane. */
  x: number;
  y: number;
}

/** The pane and the photograph in it. */
export interface Pane {
  /** Of the photograph, in its own pixels. */
  photo: PixelSize;
  /** Of the pane, in CSS pixels. */
  box: PixelSize;
  /** The scale at which one pixel of the photograph is one of the screen. */
  full: number;
}

/** How many times larger than 100 % a photograph can be shown. */
const MOST = 32;
/** The zoom factor for one press of + or -. */
export const ZOOM_STEP = 1.5;

/** The whole photograph, never larger than 100 %. */
export function fitted({ photo, box, full }: Pane): Zoom {
  const scale = Math.min(full, box.width / photo.width, box.height / photo.height);
  return { scale, x: photo.width / 2, y: photo.height / 2 };
}

/** Zooms to a scale; what is at `about` (CSS pixels from the middle of the pane) stays there. */
export function zoomedTo(zoom: Zoom, wanted: number, about: { x: number; y: number }, pane: Pane): Zoom {
  const scale = Math.min(MOST * pane.full, Math.max(fitted(pane).scale, wanted));
  const moved = (at: number, offset: number): number => at + offset / zoom.scale - offset / scale;
  return bounded({ scale, x: moved(zoom.x, about.x), y: moved(zoom.y, about.y) }, pane);
}

/** Moves the photograph by CSS pixels. */
export const panned = (zoom: Zoom, dx: number, dy: number, pane: Pane): Zoom =>
  bounded({ ...zoom, x: zoom.x - dx / zoom.scale, y: zoom.y - dy / zoom.scale }, pane);

/** Keeps the edges of the photograph out of the pane, or the photograph in its middle where it is smaller. */
export function bounded({ scale, x, y }: Zoom, { photo, box }: Pane): Zoom {
  const within = (at: number, length: number, room: number): number => {
    const half = room / scale / 2;
    return half * 2 >= length ? length / 2 : Math.min(length - half, Math.max(half, at));
  };
  return { scale, x: within(x, photo.width, box.width), y: within(y, photo.height, box.height) };
}
