import type { Language } from '../../contract';

export { formatBytes } from '../../contract';

/** A player's clock: `0:04.2`, `12:40.0`, `1:02:03.5`. Tenths are cut, not rounded, as players do. */
export function formatTime(seconds: number, tenths = true): string {
  const sign = seconds < 0 ? '-' : '';
  const ticks = Math.floor(Math.abs(seconds) * 10 + 1e-6);
  const whole = Math.floor(ticks / 10);
  const two = (n: number) => String(n).padStart(2, '0');
  const h = Math.floor(whole / 3600);
  const m = Math.floor((whole % 3600) / 60);
  const clock = h > 0 ? `${h}:${two(m)}:${two(whole % 60)}` : `${m}:${two(whole % 60)}`;
  return tenths ? `${sign}${clock}.${ticks % 10}` : `${sign}${clock}`;
}

export const formatCount = (n: number): string => Math.round(n).toLocaleString('en-US');

/** A day and a time of day, as the language writes them. @param at milliseconds since 1970. */
export const formatDate = (at: number, language: Language): string =>
  new Date(at).toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB', { dateStyle: 'medium', timeStyle: 'short' });

const UNITS = { en: { second: 's', minute: 'min' }, zh: { second: '秒', minute: '分' } };

/** `0.4 s`, `12 s`, `2 min 5 s`: how long something takes. */
export function formatDuration(ms: number, language: Language): string {
  const { second, minute } = UNITS[language];
  const s = ms / 1000;
  if (s < 9.95) return `${s.toFixed(1)} ${second}`;
  const whole = Math.round(s);
  return whole < 60 ? `${whole} ${second}` : `${Math.floor(whole / 60)} ${minute} ${whole % 60} ${second}`;
}
