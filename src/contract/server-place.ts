// SPDX-License-Identifier: Apache-2.0
import { ZoetropeError } from './errors';
import { say } from './sentence';

/** A parsed address. `root` has no slash at its end, as in `${root}/v1/models`. `host` is the name used in messages. */
export interface ServerPlace {
  root: string;
  host: string;
  /** Whether the server is on this machine, so that no data leaves it. */
  loopback: boolean;
}

/**
 * Parses an address, with or without `/v1` at the end. Without a scheme, http is used.
 * @throws ZoetropeError `bad-request` for schemes other than http and https, and for an address that holds a password.
 */
export function placeOf(address: string): ServerPlace {
  const written = address.trim();
  let url: URL;
  try {
    url = new URL(/^[a-z][a-z\d+.-]*:\/\//i.test(written) ? written : `http://${written}`);
  } catch {
    throw notAnAddress(written);
  }
  // The password would be saved, shown and logged with the address.
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

/** Whether a host is this machine. @param hostname as `URL` gives it: lower case, IPv6 in brackets. */
function isLoopback(hostname: string): boolean {
  return /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
