// SPDX-License-Identifier: Apache-2.0
import { cancelled } from '../contract';

/**
 * The pause that a `Retry-After` header asks for, in seconds or as an HTTP date.
 * @param now in milliseconds, as `Date.now()`.
 * @returns milliseconds; undefined where nothing is asked for that can be understood.
 */
export function retryAfter(header: string | string[] | undefined, now = Date.now()): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) : NaN; // every form of an HTTP date begins with a weekday
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Waits. @throws cancelled, at once. */
export function pauseFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
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
