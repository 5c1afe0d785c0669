// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';
import { say, ZoetropeError } from '../contract';

/**
 * An API key that cannot be shown by accident: it is absent when converted to a string or to JSON, in a log, and in a
 * copy for another process. `reveal` is called only where the request is written.
 */
export class Secret {
  readonly #value: string;

  /** @throws ZoetropeError `bad-request` for characters that an HTTP header cannot hold. */
  constructor(value: string) {
    this.#value = value.trim();
    if (/[^\x21-\x7e]/.test(this.#value)) {
      throw new ZoetropeError(
        'bad-request',
        say`The key contains a character that is not allowed in one.`,
        say`Copy it again, without spaces and line breaks.`,
      );
    }
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '(hidden)';
  }

  toJSON(): string {
    return '(hidden)';
  }

  [inspect.custom](): string {
    return '(hidden)';
  }
}
