// SPDX-License-Identifier: Apache-2.0
import { cancelled, type ZoetropeError } from '../contract';

/**
 * Lets the window draw and process events before going on. A hidden window draws no frames and its timers run once a
 * second at best, so there a message to itself is used instead.
 */
export function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    if (document.visibilityState === 'visible') {
      requestAnimationFrame(() => resolve());
      setTimeout(resolve, 100); // if the window has been covered or minimised meanwhile, frames stop coming
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve();
    port2.postMessage(null);
  });
}

export interface Limit {
  ms: number;
  /** The error to throw when the time is up. */
  error: () => ZoetropeError;
  signal?: AbortSignal | undefined;
  /** Frees what the work holds when it is abandoned. */
  giveUp?: () => void;
}

/** Waits for `work`, until the time limit or a cancellation. */
export async function within<T>(work: Promise<T>, { ms, error, signal, giveUp }: Limit): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop: (() => void) | undefined;
  const ending = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(error()), ms);
    stop = () => reject(cancelled());
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work, ending]);
  } catch (thrown) {
    giveUp?.();
    throw thrown;
  } finally {
    clearTimeout(timer);
    if (stop) signal?.removeEventListener('abort', stop);
  }
}
