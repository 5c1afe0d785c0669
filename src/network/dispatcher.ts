// SPDX-License-Identifier: Apache-2.0
import * as tls from 'node:tls';
import { Agent, EnvHttpProxyAgent, ProxyAgent, type Dispatcher } from 'undici';

export interface WayOptions {
  /** Whether the host is this machine. It is never asked through a proxy. */
  loopback: boolean;
  /** The URL of an HTTP proxy; null for none. Default: by HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
  proxy?: string | null | undefined;
  /** Time limit to establish a connection, in milliseconds. */
  connectMs: number;
}

/** Connections to a host, through the proxy and with the certificates that hold for it. The caller limits all times. */
export function dispatcherFor({ loopback, proxy, connectMs }: WayOptions): Dispatcher {
  const ca = loopback ? undefined : authorities();
  const connect = { timeout: connectMs, ...(ca && { ca }) };
  const own = { headersTimeout: 0, bodyTimeout: 0, connect };
  const trust = { requestTls: connect, proxyTls: connect };
  if (loopback || proxy === null) return new Agent(own);
  if (proxy !== undefined) return new ProxyAgent({ ...own, ...trust, uri: proxy });
  return new EnvHttpProxyAgent({ ...own, ...trust });
}

let trusted: string[] | undefined;

/** The certificates of Node and of the system. Undefined before Node 22.15, which trusts its own only. */
function authorities(): string[] | undefined {
  const { getCACertificates } = tls as { getCACertificates?: (type: 'default' | 'system') => string[] };
  if (getCACertificates) trusted ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  return trusted;
}
