// SPDX-License-Identifier: Apache-2.0
import type { Language } from '../../contract';

export { formatBytes, formatDuration, formatTime } from '../../contract';

export const formatCount = (n: number): string => Math.round(n).toLocaleString('en-US');

/** A date and time in the format of the language. @param at milliseconds since 1970. */
export const formatDate = (at: number, language: Language): string =>
  new Date(at).toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB', { dateStyle: 'medium', timeStyle: 'short' });
