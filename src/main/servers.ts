// SPDX-License-Identifier: Apache-2.0
import {
  cancelled,
  say,
  ZoetropeError,
  type SavedServer,
  type ServerAccess,
  type ServerTest,
  type ShownServer,
} from '../contract';
import { placeOf, SavedServers } from '../engine';
import type { EngineSupervisor } from './engine-supervisor';
import { HUB_TOKEN, Keys, TOKEN } from './keys';
import { systemProxy } from './system-proxy';

/** The servers that the user has added: the list, their keys, and whether questions may go to them. */
export class Servers {
  readonly #saved: SavedServers;
  readonly #keys: Keys;

  /**
   * @param folder the app's data folder.
   * @param mayLeave asks the user whether questions may leave this machine for a host.
   */
  constructor(
    folder: string,
    private readonly engine: EngineSupervisor,
    private readonly mayLeave: (host: string, encrypted: boolean) => Promise<boolean>,
  ) {
    this.#saved = new SavedServers(folder);
    this.#keys = new Keys(folder);
    const ids = this.#saved.ids();
    if (ids.length > 0) this.#keys.keepOnly([...ids, TOKEN, HUB_TOKEN]); // an unreadable list forgets no keys
  }

  list(): ShownServer[] {
    return this.#saved.list().map(({ keyEnv: _keyEnv, allowed: _allowed, ...server }) => {
      const { host, loopback } = placeOf(server.url);
      return { ...server, host, loopback, key: this.#keys.state(server.id) };
    });
  }

  get(id: string): SavedServer {
    return this.#saved.get(id);
  }

  /**
   * How the engine reaches a server. @throws server-not-allowed if it is on another machine and the user has not
   * allowed it.
   */
  async access({ id, url, allowed }: SavedServer): Promise<ServerAccess> {
    const { host, loopback } = placeOf(url);
    if (!loopback && !allowed) {
      throw new ZoetropeError(
        'server-not-allowed',
        say`You have not allowed that questions go to ${host}.`,
        say`Test the server in Settings to allow it, or choose another model.`,
      );
    }
    return { url, key: this.#keys.get(id), proxy: loopback ? null : await systemProxy(url) };
  }

  /** Contacts a server and adds it. @throws cancelled if the user does not allow it. */
  async add({ url, name, key }: { url: string; name: string; key: string }, signal: AbortSignal): Promise<string> {
    const { root, host, loopback } = placeOf(url);
    if (!loopback) await this.#allow(root);
    const proxy = loopback ? null : await systemProxy(root);
    const access = { url: root, key: key.trim() === '' ? null : key.trim(), proxy };
    const description = await this.engine.call('server.describe', { access }, undefined, signal);
    const usual = description.kind === 'other' || !loopback ? host : description.kind;
    const added = this.#saved.add({ name: name.trim() || usual, url: root, allowed: !loopback, description });
    this.#keys.set(added.id, access.key ?? '');
    return added.id;
  }

  /** Contacts a server and saves its new description. */
  async refresh(id: string, signal: AbortSignal): Promise<void> {
    const access = await this.#allowedAccess(id);
    const description = await this.engine.call('server.describe', { access }, undefined, signal);
    this.#saved.change(id, { description });
  }

  async test(id: string, model: string | null, signal: AbortSignal): Promise<ServerTest> {
    const access = await this.#allowedAccess(id);
    const { format } = this.#saved.get(id);
    const tested = await this.engine.call('server.try', { access, model, format }, undefined, signal);
    this.#saved.change(id, { description: tested.description });
    return tested;
  }

  change(
    id: string,
    { key, ...change }: Partial<Pick<SavedServer, 'name' | 'format' | 'named'>> & { key?: string },
  ): void {
    this.#saved.change(id, change);
    if (key !== undefined) this.#keys.set(id, key.trim());
  }

  /** @returns a function that adds the server again, in its place and with its key. */
  remove(id: string): () => void {
    const key = this.#keys.get(id);
    const place = this.#saved.list().findIndex((server) => server.id === id);
    const removed = this.#saved.remove(id);
    this.#keys.set(id, '');
    return () => {
      this.#saved.add(removed, place);
      this.#keys.set(id, key ?? '');
    };
  }

  /** Access to a server. If it is on another machine and not allowed yet, the user is asked. */
  async #allowedAccess(id: string): Promise<ServerAccess> {
    const server = this.#saved.get(id);
    if (placeOf(server.url).loopback || server.allowed) return this.access(server);
    await this.#allow(server.url);
    return this.access(this.#saved.change(id, { allowed: true }));
  }

  async #allow(url: string): Promise<void> {
    const { host } = placeOf(url);
    if (!(await this.mayLeave(host, url.startsWith('https:')))) throw cancelled();
  }
}
