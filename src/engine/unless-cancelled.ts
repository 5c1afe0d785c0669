// SPDX-License-Identifier: Apache-2.0
import { cancelled } from '../contract';

/** What comes, unless it is cancelled first; the work itself goes on, for others who wait for it. @throws cancelled. */
export function unlessCancelled<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(cancelled());
    if (signal?.aborted) return leave();
    signal?.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal?.removeEventListener('abort', leave));
  });
}
