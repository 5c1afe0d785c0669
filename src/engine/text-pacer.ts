// SPDX-License-Identifier: Apache-2.0
/** A small model decodes hundreds of tokens a second; a window that redraws for each of them does nothing else. */
const EVERY_MS = 40;

/** Passes on pieces of text, the first at once and then at most one every 40 ms. Nothing is lost: `flush` says the rest. */
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
