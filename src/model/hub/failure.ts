// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError } from '../../contract';

export const unreachable = (host: string, detail: string): ZoetropeError =>
  new ZoetropeError(
    'server-unreachable',
    say`The hub at ${host} cannot be reached.`,
    say`Check the network, then go on: what was downloaded is kept.`,
    detail,
  );

export const unknownRepo = (repo: string, detail: string): ZoetropeError =>
  new ZoetropeError(
    'model-missing',
    say`The hub has no model "${repo}".`,
    say`Check the name. A private model needs a token.`,
    detail,
  );

export const gated = (repo: string, page: string, detail: string): ZoetropeError =>
  new ZoetropeError(
    'server-denied',
    say`The model "${repo}" is given only to those who have accepted its terms.`,
    say`Accept them at ${page}, then try again with a token of that account.`,
    detail,
  );

/** Longest pause that a hub may ask for, in milliseconds. */
export const LONGEST_PAUSE = 5 * 60_000;

/** The host has too much to do. */
export class BusyHub extends ZoetropeError {
  /** @param pause milliseconds after which the host wants to be asked again; undefined if it does not say. */
  constructor(
    host: string,
    detail: string,
    readonly pause: number | undefined,
  ) {
    super(
      'server-busy',
      say`The hub at ${host} has too much to do.`,
      say`Go on later: what was downloaded is kept.`,
      detail,
    );
  }
}

export const notAHub = (host: string, detail: string): ZoetropeError =>
  new ZoetropeError(
    'not-a-server',
    say`What answers at ${host} is not a hub.`,
    say`Check the address in HF_ENDPOINT.`,
    detail,
  );

export const wrongBytes = (path: string, detail: string): ZoetropeError =>
  new ZoetropeError(
    'download-broken',
    say`The file "${path}" did not arrive as the hub describes it, so it was thrown away.`,
    say`Download it again, or from another mirror.`,
    detail,
  );

export const inUse = (path: string): ZoetropeError =>
  new ZoetropeError(
    'download-broken',
    say`Another program is downloading "${path}".`,
    say`Wait until it has finished.`,
  );
