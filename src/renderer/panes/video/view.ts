// SPDX-License-Identifier: Apache-2.0
import { clamp } from './timeline';

/** The part of a video that the timeline shows, in seconds. */
export interface View {
  start: number;
  end: number;
}

/** The shortest view in seconds, in which a few frames fill the line. */
const LEAST_SPAN = 0.25;
/** The zoom factor for one press of + or -. */
export const ZOOM_STEP = 1.6;

export const wholeView = (duration: number): View => ({ start: 0, end: Math.max(0, duration) });
export const spanOf = ({ start, end }: View): number => end - start;
export const isWhole = (view: View, duration: number): boolean => spanOf(view) >= duration - 1e-6;

function within(start: number, span: number, duration: number): View {
  const from = clamp(start, 0, Math.max(0, duration - span));
  return { start: from, end: from + span };
}

/** Zooms in (factor > 1) or out; the moment `about` keeps its place on the line. */
export function zoomView(view: View, duration: number, factor: number, about: number): View {
  if (duration <= 0) return wholeView(duration);
  const span = clamp(spanOf(view) / factor, Math.min(LEAST_SPAN, duration), duration);
  const place = spanOf(view) > 0 ? (clamp(about, view.start, view.end) - view.start) / spanOf(view) : 0;
  return within(clamp(about, view.start, view.end) - place * span, span, duration);
}

export const panView = (view: View, duration: number, by: number): View =>
  within(view.start + by, spanOf(view), duration);

/** Moves the view to a moment that is outside it, with a little of what comes before. */
export function followView(view: View, duration: number, time: number): View {
  if (time >= view.start && time <= view.end) return view;
  return within(time - spanOf(view) * 0.1, spanOf(view), duration);
}

/** A time as a position on the line: 0 to 1 inside the view, otherwise outside that. */
export const placeIn = (view: View, time: number): number =>
  spanOf(view) > 0 ? (time - view.start) / spanOf(view) : 0;
export const timeIn = (view: View, place: number): number => view.start + place * spanOf(view);

/** The loudest peak in each of `columns` columns of the line, 0 to 1. Only the visible part is evaluated. */
export function columnsOf(peaks: Uint8Array, perSecond: number, view: View, columns: number): Float32Array {
  const out = new Float32Array(columns);
  const each = (spanOf(view) * perSecond) / columns;
  const first = view.start * perSecond;
  for (let x = 0; x < columns; x++) {
    const from = Math.floor(first + x * each);
    const to = Math.min(peaks.length, Math.max(from + 1, Math.floor(first + (x + 1) * each)));
    let loudest = 0;
    for (let i = Math.max(0, from); i < to; i++) if (peaks[i]! > loudest) loudest = peaks[i]!;
    out[x] = loudest / 255;
  }
  return out;
}
