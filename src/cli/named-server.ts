// SPDX-License-Identifier: Apache-2.0
import { EXACT, say, ZoetropeError, type PictureFormat, type SavedServer, type ServerModel } from '../contract';
import { placeOf, SavedServers, type ServerAddress, type ServerPlace } from '../engine';
import { Secret } from '../network';
import { usage } from './options';
import { appFolder } from './session';
import { toErr } from './terminal';

/** How a server is reached, from the options. */
export interface Reach {
  /** The environment variable that holds the key. Default: the saved server's. */
  keyEnv?: string | undefined;
  /** Whether a question may leave this machine, besides to servers that were saved as allowed. */
  allow?: boolean | undefined;
  profile?: string | undefined;
}

/** A server that may be contacted. */
export interface NamedServer {
  address: ServerAddress;
  place: ServerPlace;
  /** Null if it is not in the list. */
  saved: SavedServer | null;
  format: PictureFormat;
}

/** The list of servers, shared with the app. */
export const savedServers = ({ profile }: Pick<Reach, 'profile'>): SavedServers => new SavedServers(appFolder(profile));

/**
 * The saved server of this name or address; null if there is none. @throws bad-request if several have the name, or for
 * what can only be a name.
 */
export function savedServer(given: string, servers: readonly SavedServer[]): SavedServer | null {
  const named = servers.filter(({ name }) => name.toLowerCase() === given.toLowerCase());
  if (named.length > 1) throw usage(say`Several servers are called "${given}"; name one by its address.`);
  if (named[0]) return named[0];
  if (!/[.:/]|^localhost$/.test(given)) {
    const names = servers.map(({ name }) => name);
    throw usage(
      names.length > 0
        ? say`There is no server "${given}" in the list; it has ${names}.`
        : say`There is no server "${given}" in the list; it is empty.`,
    );
  }
  const { root } = placeOf(given);
  return servers.find(({ url }) => url === root) ?? null;
}

/**
 * A server by its saved name or its address, with its key. Warns of a connection that is not encrypted.
 * @throws bad-request; server-not-allowed if it is on another machine and that was not allowed.
 */
export function reach(given: string, options: Reach): NamedServer {
  const saved = savedServer(given, savedServers(options).list());
  const keyEnv = options.keyEnv ?? saved?.keyEnv ?? undefined;
  return { ...reachUrl(saved?.url ?? given, { ...options, keyEnv }, saved), saved };
}

/** The same for an address. @throws as `reach`. */
export function reachUrl(
  url: string,
  { keyEnv, allow = false }: Reach,
  saved: Pick<SavedServer, 'allowed' | 'format'> | null = null,
): Omit<NamedServer, 'saved'> {
  const place = placeOf(url);
  if (!place.loopback && !allow && !saved?.allowed) {
    throw new ZoetropeError(
      'server-not-allowed',
      say`You have not allowed that questions go to ${place.host}.`,
      say`Add --allow to allow it, or name a server on this machine.`,
    );
  }
  const address: ServerAddress = { url: place.root, ...(keyEnv !== undefined && { key: keyIn(keyEnv) }) };
  if (!place.loopback && place.root.startsWith('http:'))
    toErr(`The connection to ${place.host} is not encrypted: whoever is on the way can read and change everything.`);
  return { address, place, format: saved?.format ?? EXACT };
}

function keyIn(variable: string): Secret {
  const key = process.env[variable];
  if (key !== undefined && key.trim() !== '') return new Secret(key);
  throw usage(say`The environment variable ${variable}, which is to hold the key, is not set.`);
}

/**
 * The model to ask if none is named: the only one, or the first that is known to accept pictures.
 * @throws bad-request with the names of all, if there is no such model.
 */
export function usualModel(models: readonly ServerModel[], host: string): string {
  const [only, ...others] = models;
  const chosen = others.length === 0 ? only : models.find(({ pictures }) => pictures === true);
  if (chosen) return chosen.id;
  throw usage(
    only
      ? say`The server at ${host} has several models; name one with --model-name: ${models.map(({ id }) => id)}.`
      : say`The server at ${host} lists no models; name one with --model-name.`,
  );
}
