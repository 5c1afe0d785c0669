// SPDX-License-Identifier: Apache-2.0
import { cancelled } from '../../contract';

/** Longest pause that a host may ask for, in milliseconds. */
export const LONGEST_PAUSE = 5 * 60_000;

/**
 * The pause that a Retry-After header asks for, in seconds or as an HTTP date.
 * @param now in milliseconds, as `Date.now()`.
 * @returns milliseconds; undefined where nothing is asked for that can be understood.
 */
export function retryAfter(header: unknown, now = Date.now()): number | undefined {
  if (typeof header !== 'string') return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) : NaN; // every form of an HTTP date begins with a weekday
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Waits. @throws cancelled, at once. */
export function paused(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      clearTimeout(timer);
      reject(cancelled());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', leave);
      resolve();
    }, ms);
    if (signal?.aborted) leave();
    else signal?.addEventListener('abort', leave, { once: true });
  });
}
