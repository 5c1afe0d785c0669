// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';
import { say, ZoetropeError } from '../../contract';

/**
 * A key that no text shows by accident: as a string, as JSON, in a log and in a copy for another process it is absent.
 * `reveal` is called where the request is written, and nowhere else.
 */
export class Secret {
  readonly #value: string;

  /** @throws ZoetropeError `bad-request` for what no header can hold. */
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

/** A server as the user names it. */
export interface ServerAddress {
  /** With or without `/v1` at its end; without a scheme it is http. */
  url: string;
  key?: Secret | undefined;
}

/** An address taken apart. `root` has no slash at its end: `${root}/v1/models`. `host` is what sentences name. */
export interface ServerPlace {
  root: string;
  host: string;
  /** On this machine: nothing leaves it. */
  loopback: boolean;
}

/** @throws ZoetropeError `bad-request` for anything but http and https, and for an address that holds a password. */
export function placeOf(address: string): ServerPlace {
  const written = address.trim();
  let url: URL;
  try {
    url = new URL(/^[a-z][a-z\d+.-]*:\/\//i.test(written) ? written : `http://${written}`);
  } catch {
    throw notAnAddress(written);
  }
  // It would be remembered, shown and logged with the address.
  if (url.username !== '' || url.password !== '') {
    throw new ZoetropeError(
      'bad-request',
      say`The address of the server holds a name or a password.`,
      say`Leave them out, and give the key by itself.`,
    );
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw notAnAddress(written);
  const path = url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '');
  return { root: url.origin + path, host: url.host, loopback: isLoopback(url.hostname) };
}

const notAnAddress = (written: string): ZoetropeError =>
  new ZoetropeError(
    'bad-request',
    say`"${written}" is not the address of a server.`,
    say`Write it like http://127.0.0.1:8000.`,
  );

/** @param hostname as URL has it: lower case, IPv6 in brackets. */
function isLoopback(hostname: string): boolean {
  return /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
