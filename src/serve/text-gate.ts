// SPDX-License-Identifier: Apache-2.0
/**
 * Passes on the text of an answer as it is decoded, without white space around it, and ends it before the first stop
 * sequence. What may be the beginning of a stop sequence is held back until it is known.
 */
export class TextGate {
  #held = '';
  #begun = false;
  #stopped = false;
  #passed = '';

  constructor(private readonly stops: readonly string[]) {}

  /** Whether a stop sequence was met. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** All that was passed on. */
  get passed(): string {
    return this.#passed;
  }

  /** @returns what can be passed on now; may be empty. */
  push(delta: string): string {
    if (this.#stopped) return '';
    this.#held += delta;
    if (!this.#begun) this.#held = this.#held.trimStart();
    const found = this.stops.map((stop) => this.#held.indexOf(stop)).filter((at) => at >= 0);
    if (found.length > 0) {
      this.#stopped = true;
      return this.#pass(this.#held.slice(0, Math.min(...found)).trimEnd().length);
    }
    const open = Math.max(0, ...this.stops.map((stop) => overlap(this.#held, stop)));
    return this.#pass(this.#held.slice(0, this.#held.length - open).trimEnd().length);
  }

  /** The rest, when the answer has ended. */
  end(): string {
    return this.#stopped ? '' : this.#pass(this.#held.trimEnd().length);
  }

  #pass(length: number): string {
    const out = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    this.#begun ||= out !== '';
    this.#passed += out;
    return out;
  }
}

/** The length of the longest end of a text that begins a stop sequence. */
function overlap(text: string, stop: string): number {
  for (let length = Math.min(text.length, stop.length - 1); length > 0; length--)
    if (text.endsWith(stop.slice(0, length))) return length;
  return 0;
}
