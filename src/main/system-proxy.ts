// SPDX-License-Identifier: Apache-2.0
import { session } from 'electron';

/**
 * The HTTP proxy that the system names for an address; null for none. A session of its own is asked, because that of
 * the pages has no network.
 */
export async function systemProxy(url: string): Promise<string | null> {
  const named = await session.fromPartition('servers').resolveProxy(url);
  const [, kind, host] = /^(PROXY|HTTPS) (\S+?)(;|$)/.exec(named.trim()) ?? [];
  return host === undefined ? null : `${kind === 'HTTPS' ? 'https' : 'http'}://${host}`;
}
