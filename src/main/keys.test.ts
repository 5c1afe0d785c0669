// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Keys } from './keys';

/** A keychain that the test controls: it turns texts around, and forgets what it knew when its `password` changes. */
const keychain = vi.hoisted(() => ({ available: true, backend: 'gnome_libsecret', password: 1 }));
vi.mock('electron', () => ({
  app: { getPath: () => tmpdir() },
  safeStorage: {
    isEncryptionAvailable: () => keychain.available,
    getSelectedStorageBackend: () => keychain.backend,
    encryptString: (text: string) => Buffer.from(`${keychain.password}${[...text].reverse().join('')}`),
    decryptString: (bytes: Buffer) => {
      const [password, ...text] = bytes.toString();
      if (Number(password) !== keychain.password) throw new Error('Error while decrypting the ciphertext');
      return text.reverse().join('');
    },
  },
}));
vi.mock('./log', () => ({ log: () => undefined }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zoetrope-keys-'));
  Object.assign(keychain, { available: true, backend: 'gnome_libsecret', password: 1 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (): string => join(folder, 'keys.json');

it('a key is kept for the next start, encrypted, in a file that only its owner can read', () => {
  new Keys(folder).set('one', 'sk-secret');
  const next = new Keys(folder);
  expect([next.state('one'), next.get('one')]).toEqual(['kept', 'sk-secret']);
  expect([next.state('two'), next.get('two')]).toEqual(['none', null]);
  expect(readFileSync(file(), 'utf8')).not.toContain('sk-secret');
  if (process.platform !== 'win32') expect(statSync(file()).mode & 0o777).toBe(0o600);
});

const without: [string, object][] = [['no encryption', { available: false }]];
// Electron then encrypts with a password that is the same everywhere.
if (process.platform === 'linux') without.push(['no keychain', { backend: 'basic_text' }]);
it.each(without)('where the system has %s, a key is held until the end and never written', (_name, system) => {
  Object.assign(keychain, system);
  const keys = new Keys(folder);
  keys.set('one', 'sk-secret');
  expect([keys.state('one'), keys.get('one')]).toEqual(['session', 'sk-secret']);
  expect(() => statSync(file())).toThrow();
  expect(new Keys(folder).state('one')).toBe('none');
});

it('a key that the keychain no longer decrypts is as good as none, and can be given again', () => {
  const keys = new Keys(folder);
  keys.set('one', 'sk-secret');
  keychain.password = 2;
  expect(keys.get('one')).toBeNull();
  keys.set('one', 'sk-again');
  expect(new Keys(folder).get('one')).toBe('sk-again');
});

it('a forgotten key is gone from the file and from memory, and the others stay', () => {
  const keys = new Keys(folder);
  keys.set('one', 'sk-one');
  keys.set('two', 'sk-two');
  keys.set('one', '');
  expect([keys.state('one'), keys.get('one'), keys.get('two')]).toEqual(['none', null, 'sk-two']);
  expect(Object.keys(JSON.parse(readFileSync(file(), 'utf8')) as object)).toEqual(['two']);
  keychain.available = false;
  keys.set('two', 'sk-held'); // the old one must not come back at the next start
  expect(Object.keys(JSON.parse(readFileSync(file(), 'utf8')) as object)).toEqual([]);
  keys.set('two', '');
  expect(keys.state('two')).toBe('none');
});

it('keys of servers that are no longer in the list are forgotten', () => {
  const keys = new Keys(folder);
  keys.set('one', 'sk-one');
  keys.set('two', 'sk-two');
  keys.keepOnly(['two', 'three']);
  expect(Object.keys(JSON.parse(readFileSync(file(), 'utf8')) as object)).toEqual(['two']);
});
