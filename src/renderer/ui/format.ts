// SPDX-License-Identifier: Apache-2.0
import type { Language } from '../../contract';

export { formatBytes, formatDuration, formatTime } from '../../contract';

export const formatCount = (n: number): string => Math.round(n).toLocaleString('en-US');

/** The time for today, else the date, in the format of the language. @param at milliseconds since 1970. */
export function formatWhen(at: number, language: Language): string {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  return date.toLocaleString(
    language === 'zh' ? 'zh-CN' : 'en-GB',
    isToday ? { timeStyle: 'short' } : { dateStyle: 'medium' },
  );
}

/** A date and time in the format of the language. @param at milliseconds since 1970. */
export const formatDate = (at: number, language: Language): string =>
  new Date(at).toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB', { dateStyle: 'medium', timeStyle: 'short' });
