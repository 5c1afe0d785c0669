// SPDX-License-Identifier: Apache-2.0
const EVERY_MS = 50;

/** Measures this process's memory again and again until it is stopped. The model runs on other threads meanwhile. */
export class PeakMemory {
  #peak = 0;
  readonly #timer = setInterval(() => this.#measure(), EVERY_MS).unref();

  /** @returns the most bytes seen resident. */
  stop(): number {
    clearInterval(this.#timer);
    this.#measure();
    return this.#peak;
  }

  #measure(): void {
    this.#peak = Math.max(this.#peak, process.memoryUsage.rss());
  }
}
