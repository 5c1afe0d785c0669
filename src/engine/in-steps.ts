// SPDX-License-Identifier: Apache-2.0
import { throwIfCancelled } from '../contract';

/** Milliseconds at a stretch. */
const STRETCH = 4;

/**
 * Does work that comes in steps without standing in the way of anything else: between stretches of a few milliseconds
 * messages are handled, a cancel above all.
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
