// SPDX-License-Identifier: Apache-2.0
/**
 * Passes on the text of an answer as it is decoded, without white space around it, and ends it before the stop sequence
 * that is complete first. What may be the beginning of a stop sequence is held back until it is known.
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
    const cut = firstStop(this.#held, this.stops);
    if (cut !== undefined) {
      this.#stopped = true;
      return this.#pass(this.#held.slice(0, cut).trimEnd().length);
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

/**
 * Where a text is cut: before the stop sequence that is complete first, so that the pieces in which the text arrives make
 * no difference. Of several that end at the same place, before the longest.
 */
function firstStop(text: string, stops: readonly string[]): number | undefined {
  const found = stops.flatMap((stop) => {
    const at = text.indexOf(stop);
    return at < 0 ? [] : [{ at, end: at + stop.length }];
  });
  return found.sort((a, b) => a.end - b.end || a.at - b.at)[0]?.at;
}

/** The length of the longest end of a text that begins a stop sequence. */
function overlap(text: string, stop: string): number {
  for (let length = Math.min(text.length, stop.length - 1); length > 0; length--)
    if (text.endsWith(stop.slice(0, length))) return length;
  return 0;
}
