// SPDX-License-Identifier: Apache-2.0
import type { Language } from './sentence';

/**
 * Formats a time as a player does: `0:04.2`, `12:40.0`, `1:02:03.5`. All displayed times use this function. Times are
 * first rounded to the millisecond, to remove floating-point error; tenths are then truncated, as players do.
 */
export function formatTime(seconds: number, tenths = true): string {
  const ticks = Math.floor(Math.round(Math.abs(seconds) * 1000) / 100);
  const sign = seconds < 0 && ticks > 0 ? '-' : '';
  const whole = Math.floor(ticks / 10);
  const two = (n: number) => String(n).padStart(2, '0');
  const h = Math.floor(whole / 3600);
  const m = Math.floor((whole % 3600) / 60);
  const clock = h > 0 ? `${h}:${two(m)}:${two(whole % 60)}` : `${m}:${two(whole % 60)}`;
  return tenths ? `${sign}${clock}.${ticks % 10}` : `${sign}${clock}`;
}

const UNITS = { en: { milli: 'ms', second: 's', minute: 'min' }, zh: { milli: '毫秒', second: '秒', minute: '分' } };

/** How long something took: `40 ms`, `0.4 s`, `12 s`, `2 min 5 s`. */
export function formatDuration(ms: number, language: Language): string {
  const { milli, second, minute } = UNITS[language];
  const s = ms / 1000;
  if (s < 0.0995) return `${Math.round(ms)} ${milli}`;
  if (s < 9.95) return `${s.toFixed(1)} ${second}`;
  const whole = Math.round(s);
  return whole < 60 ? `${whole} ${second}` : `${Math.floor(whole / 60)} ${minute} ${whole % 60} ${second}`;
}
