// SPDX-License-Identifier: Apache-2.0
const EVERY_MS = 50;

/**
 * Samples the memory of this process until it is stopped. Works while the model runs, because that uses other threads.
 */
export class PeakMemory {
  #peak = 0;
  readonly #timer = setInterval(() => this.#measure(), EVERY_MS).unref();

  /** Stops sampling. @returns peak resident memory in bytes. */
  stop(): number {
    clearInterval(this.#timer);
    this.#measure();
    return this.#peak;
  }

  #measure(): void {
    this.#peak = Math.max(this.#peak, process.memoryUsage.rss());
  }
}
