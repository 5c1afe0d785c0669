// SPDX-License-Identifier: Apache-2.0
import { throwIfCancelled } from '../contract';

/** Milliseconds of work without a pause. */
const STRETCH = 4;

/**
 * Runs work that is divided into steps without blocking the event loop: every few milliseconds it lets messages be
 * handled, above all a cancel.
 * @throws ZoetropeError `cancelled`.
 */
export async function inSteps<T>(steps: Iterator<void, T>, signal?: AbortSignal): Promise<T> {
  for (let since = performance.now(); ;) {
    const { value, done } = steps.next();
    if (done) return value;
    if (performance.now() - since < STRETCH) continue;
    await new Promise((resolve) => setImmediate(resolve));
    throwIfCancelled(signal);
    since = performance.now();
  }
}
