// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { SavedServer, say, ZoetropeError } from '../../contract';
import { placeOf } from './address';

const File = z.object({ servers: z.array(z.unknown()) });

/** The fields that a new server may have; the others have defaults. */
export type NewServer = Pick<SavedServer, 'name' | 'url'> & Partial<SavedServer>;

/**
 * The servers that the user has added, in one JSON file that the app and the command line share. It holds no keys. It
 * is read anew for every call and replaced as a whole, so that the other program's changes are kept.
 */
export class SavedServers {
  readonly #file: string;

  /** @param folder the app's data folder. */
  constructor(folder: string) {
    this.#file = join(folder, 'servers.json');
  }

  /** In the order in which they were added. Entries that are not understood are left out. */
  list(): SavedServer[] {
    return this.#entries().flatMap((entry) => {
      const { data } = SavedServer.safeParse(entry);
      return data ? [data] : [];
    });
  }

  /** The ids of all entries, also of those that are not understood. */
  ids(): string[] {
    return this.#entries().flatMap((entry) => {
      const id = idOf(entry);
      return typeof id === 'string' ? [id] : [];
    });
  }

  /** @throws ZoetropeError `bad-request` if there is no such server. */
  get(id: string): SavedServer {
    const found = this.list().find((server) => server.id === id);
    if (found) return found;
    throw new ZoetropeError(
      'bad-request',
      say`This server is no longer in the list.`,
      say`Add it again, or ask another model.`,
      id,
    );
  }

  /**
   * Adds a server, in place of one with the same id.
   * @param place its index in the list. Default: at the end.
   * @throws ZoetropeError `bad-request` for what is not an address, or if the same address is in the list.
   */
  add(server: NewServer, place?: number): SavedServer {
    const { root, host } = placeOf(server.url);
    const added = SavedServer.parse({ id: randomUUID(), ...server, url: root });
    const twin = this.list().find(({ id, url }) => id !== added.id && url === root);
    if (twin) {
      throw new ZoetropeError(
        'bad-request',
        say`The server at ${host} is in the list already, as "${twin.name}".`,
        say`Use that entry, or remove it first.`,
      );
    }
    const entries = this.#entries().filter((entry) => idOf(entry) !== added.id);
    this.#write(entries.toSpliced(place ?? entries.length, 0, added));
    return added;
  }

  /** Changes a server and returns it. @throws as `get`. */
  change(id: string, change: Partial<Omit<SavedServer, 'id'>>): SavedServer {
    const changed = SavedServer.parse({ ...this.get(id), ...change });
    this.#write(this.#entries().map((entry) => (idOf(entry) === id ? changed : entry)));
    return changed;
  }

  /** Removes a server and returns it. @throws as `get`. */
  remove(id: string): SavedServer {
    const removed = this.get(id);
    this.#write(this.#entries().filter((entry) => idOf(entry) !== id));
    return removed;
  }

  #entries(): unknown[] {
    if (!existsSync(this.#file)) return [];
    try {
      return File.parse(JSON.parse(readFileSync(this.#file, 'utf8'))).servers;
    } catch {
      return []; // a damaged list is replaced by the next change; it can be typed again
    }
  }

  #write(servers: readonly unknown[]): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    const part = `${this.#file}.${process.pid}.part`;
    writeFileSync(part, `${JSON.stringify({ servers }, null, 2)}\n`);
    renameSync(part, this.#file);
  }
}

const idOf = (entry: unknown): unknown => (entry as { id?: unknown } | null)?.id;
