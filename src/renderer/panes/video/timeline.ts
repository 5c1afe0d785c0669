// SPDX-License-Identifier: Apache-2.0
import type { Item } from '../../../contract';

export interface Mark {
  id: string;
  /** The picture's number in the prompt. */
  number: number;
  time: number;
}

/** The marks for the tray's frames of one video. */
export function marksOf(tray: readonly Item[], numbers: ReadonlyMap<string, number>, source: string): Mark[] {
  return tray.flatMap((item) =>
    item.origin.kind === 'frame' && item.origin.source.id === source
      ? [{ id: item.id, number: numbers.get(item.id) ?? 0, time: item.origin.time }]
      : [],
  );
}

export const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** A time as a position on the line, 0 to 1. */
export const placeOf = (time: number, duration: number): number => (duration > 0 ? clamp(time / duration, 0, 1) : 0);

const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

/** Round times for the ruler over the visible part: as many as fit, at least `least` pixels apart. */
export function rulerTimes(duration: number, width: number, view = { start: 0, end: duration }, least = 72): number[] {
  const span = view.end - view.start;
  if (span <= 0 || width <= 0) return [];
  const step = STEPS.find((s) => (s / span) * width >= least) ?? Math.ceil(span / 3600 / 8) * 3600;
  const first = Math.ceil(view.start / step - 1e-9);
  const last = Math.floor(Math.min(view.end, duration) / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => Number(((first + k) * step).toFixed(3)));
}

/**
 * The stretch from the frame before a moment to the frame after it; if there is none, it extends a twentieth of the
 * video.
 */
export function roundAbout(times: readonly number[], at: number, duration: number): { start: number; end: number } {
  const reach = duration / 20;
  const before = times.filter((time) => time <= at);
  const after = times.filter((time) => time > at);
  return {
    start: before.length > 0 ? Math.max(...before) : Math.max(0, at - reach),
    end: after.length > 0 ? Math.min(...after) : Math.min(duration, at + reach),
  };
}

/** The mark nearest to a time; null if there are none. */
export function nearest<T extends { time: number }>(marks: readonly T[], time: number): T | null {
  return marks.reduce<T | null>(
    (best, mark) => (best === null || Math.abs(mark.time - time) < Math.abs(best.time - time) ? mark : best),
    null,
  );
}
