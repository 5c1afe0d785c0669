// SPDX-License-Identifier: Apache-2.0
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { say } from '../contract';
import { Refusal } from './refusal';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
/** An address in figures: a page can make a name of its own lead here, but not an address. */
const IN_FIGURES = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/;

/** An IPv6 address as it stands in a URL. */
export const bracketed = (host: string): string => (host.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host);

export const isLoopback = (host: string): boolean =>
  LOOPBACK.includes(bracketed(host.toLowerCase())) || /^127(\.\d{1,3}){3}$/.test(host);

export interface GuardOptions {
  /** The name or address that the server listens at. */
  host: string;
  /** Null: none is asked for. */
  token: string | null;
  /** The origins of the pages that may ask. */
  allowOrigins: readonly string[];
}

/** Decides who may ask, from the headers of a request alone. */
export class Guard {
  readonly #hosts: ReadonlySet<string>;
  readonly #anyAddress: boolean;
  readonly #token: Buffer | null;

  constructor(private readonly options: GuardOptions) {
    const host = bracketed(options.host.toLowerCase());
    this.#hosts = new Set([...LOOPBACK, host]);
    this.#anyAddress = !isLoopback(options.host);
    this.#token = options.token === null ? null : digest(options.token);
  }

  /**
   * The origin of the page that asks; undefined if it is no page.
   *
   * Names other than our own are refused, because a page can give its own name this machine's address ("DNS
   * rebinding").
   * @throws Refusal 403
   */
  origin({ host = '', origin }: IncomingHttpHeaders): string | undefined {
    const name = host.toLowerCase().replace(/:\d+$/, '');
    if (!this.#hosts.has(name) && !(this.#anyAddress && IN_FIGURES.test(name))) {
      throw new Refusal(
        403,
        say`This server does not answer under the name "${name}".`,
        say`Use the address that it printed when it started.`,
        { name: 'host_not_allowed' },
      );
    }
    // A page of our own address would be ours: nobody else can be at this name and port.
    const own = `http://${host.toLowerCase()}`;
    if (origin !== undefined && origin !== own && !this.options.allowOrigins.includes(origin)) {
      throw new Refusal(
        403,
        say`Pages of "${origin}" may not ask here.`,
        say`Start the server with --allow-origin to let them.`,
        { name: 'origin_not_allowed' },
      );
    }
    return origin;
  }

  /** @throws Refusal 401 unless the token was sent. */
  token({ authorization = '' }: IncomingHttpHeaders): void {
    if (this.#token === null) return;
    const sent = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
    // Digests have one length, as the comparison in constant time needs.
    if (sent !== undefined && timingSafeEqual(digest(sent), this.#token)) return;
    throw new Refusal(
      401,
      sent === undefined ? say`The token of this server is missing.` : say`The token is not the one of this server.`,
      say`Send the header "Authorization: Bearer TOKEN", with the token that belongs to the server.`,
      { name: 'invalid_api_key', headers: { 'www-authenticate': 'Bearer' } },
    );
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
