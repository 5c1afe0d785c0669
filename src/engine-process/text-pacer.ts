// SPDX-License-Identifier: Apache-2.0
/**
 * Milliseconds between two pieces of text. A small model decodes hundreds of tokens per second, and a window that
 * redraws for each of them would be fully occupied.
 */
const EVERY_MS = 40;

/**
 * Passes on pieces of text: the first at once, then at most one every 40 ms. Nothing is lost: `flush` passes on the
 * rest.
 */
export class TextPacer {
  #waiting = '';
  #saidAt = -Infinity;

  constructor(private readonly say: (text: string) => void) {}

  add(delta: string): void {
    this.#waiting += delta;
    if (performance.now() - this.#saidAt >= EVERY_MS) this.flush();
  }

  flush(): void {
    if (this.#waiting === '') return;
    this.#saidAt = performance.now();
    this.say(this.#waiting);
    this.#waiting = '';
  }
}
