// SPDX-License-Identifier: Apache-2.0
import { safeStorage } from 'electron';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { log } from './log';

/** The id under which the token of other programs is kept. */
export const TOKEN = 'serving';

/** The id under which the token for a hub is kept. */
export const HUB_TOKEN = 'hub';

const Kept = z.record(z.string(), z.string());

/**
 * The keys of servers, by the server's id. They are encrypted with a key of the system's keychain, in a file of their
 * own. Where the system has no keychain, a key is held in memory until Zoetrope ends.
 */
export class Keys {
  readonly #file: string;
  readonly #session = new Map<string, string>();

  /** @param folder the app's data folder. */
  constructor(folder: string) {
    this.#file = join(folder, 'keys.json');
  }

  /** Whether there is a key: `kept` for the next starts, or for this session only. */
  state(id: string): 'none' | 'kept' | 'session' {
    if (this.#session.has(id)) return 'session';
    return this.#kept()[id] === undefined ? 'none' : 'kept';
  }

  get(id: string): string | null {
    const held = this.#session.get(id);
    if (held !== undefined) return held;
    const kept = this.#kept()[id];
    if (kept === undefined || !hasKeychain()) return null;
    try {
      return safeStorage.decryptString(Buffer.from(kept, 'base64'));
    } catch (error) {
      log('keys', `a key could not be decrypted: ${String(error)}`); // for example after the keychain was reset
      return null;
    }
  }

  /** @param key empty: forget it. */
  set(id: string, key: string): void {
    this.#session.delete(id);
    const { [id]: _old, ...others } = this.#kept();
    const isSafe = key !== '' && hasKeychain();
    if (key !== '' && !isSafe) this.#session.set(id, key);
    this.#write(isSafe ? { ...others, [id]: safeStorage.encryptString(key).toString('base64') } : others);
  }

  /** Forgets the kept keys of all other ids, for example of servers that the command line has removed. */
  keepOnly(ids: readonly string[]): void {
    const kept = this.#kept();
    const rest = Object.fromEntries(Object.entries(kept).filter(([id]) => ids.includes(id)));
    if (Object.keys(rest).length < Object.keys(kept).length) this.#write(rest);
  }

  #kept(): Record<string, string> {
    if (!existsSync(this.#file)) return {};
    try {
      return Kept.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch {
      return {};
    }
  }

  #write(kept: Record<string, string>): void {
    if (Object.keys(kept).length === 0 && !existsSync(this.#file)) return;
    writeFileSync(`${this.#file}.part`, JSON.stringify(kept), { mode: 0o600 });
    renameSync(`${this.#file}.part`, this.#file);
  }
}

/** On Linux without a keychain, Electron would encrypt with a password that everyone knows. */
const hasKeychain = (): boolean =>
  safeStorage.isEncryptionAvailable() &&
  (process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text');
