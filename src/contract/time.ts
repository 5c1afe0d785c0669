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

const CLOCK = /^(?:(?:(\d+):)?([0-5]?\d):)?(\d+(?:[.,]\d*)?|[.,]\d+)$/;
const UNITS_OF_TIME = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?:in)?)?(?:(\d+(?:\.\d+)?)s?)?$/;

/**
 * Reads a time as people type it: `83`, `1:23.5`, `1:02:03`, `1h2m3s`, `50%` of the video, `#120` for the frame with
 * that number from 1, and `+5` or `-0:10` from where the video stands. The result is within the video.
 * @param at where the video stands, its length and the time of a frame by its number from 0, in seconds.
 * @returns seconds, or null if the text is no time.
 */
export function readTime(
  text: string,
  at: { now: number; duration: number; frameTime?: (index: number) => number | undefined },
): number | null {
  const typed = text.trim().toLowerCase().replace(/\s+/g, '').replaceAll('：', ':');
  const within = (time: number): number => Math.min(Math.max(time, 0), at.duration);
  const frame = /^#(\d+)$/.exec(typed);
  if (frame) {
    const number = Number(frame[1]);
    const time = number > 0 ? at.frameTime?.(number - 1) : undefined;
    return time === undefined ? null : within(time);
  }
  const share = /^(\d+(?:\.\d+)?)%$/.exec(typed);
  if (share) return within((Number(share[1]) / 100) * at.duration);
  const sign = typed.startsWith('+') ? 1 : /^[-−]/.test(typed) ? -1 : 0;
  const seconds = secondsOf(sign === 0 ? typed : typed.slice(1));
  if (seconds === null) return null;
  return within(sign === 0 ? seconds : at.now + sign * seconds);
}

function secondsOf(typed: string): number | null {
  const parts = CLOCK.exec(typed) ?? (typed === '' ? null : UNITS_OF_TIME.exec(typed));
  if (!parts) return null;
  const [, hours = '0', minutes = '0', seconds = '0'] = parts;
  if (typed.includes(':') && Number(seconds.replace(',', '.')) >= 60) return null;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds.replace(',', '.'));
}
