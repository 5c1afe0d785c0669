const EVERY_MS = 50;

/** Looks at this process's memory again and again until it is stopped. The model runs on other threads meanwhile. */
export class PeakMemory {
  #peak = 0;
  readonly #timer = setInterval(() => this.#look(), EVERY_MS).unref();

  /** @returns the most bytes seen resident. */
  stop(): number {
    clearInterval(this.#timer);
    this.#look();
    return this.#peak;
  }

  #look(): void {
    this.#peak = Math.max(this.#peak, process.memoryUsage.rss());
  }
}
