// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXACT } from '../../contract';
import { SavedServers } from './saved-servers';

let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'zoetrope-saved-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const file = (): string => join(folder, 'servers.json');
const written = (): { id: string }[] =>
  (JSON.parse(readFileSync(file(), 'utf8')) as { servers: { id: string }[] }).servers;

describe('the list of servers', () => {
  it('is empty without a file, and keeps what was added in order', () => {
    const servers = new SavedServers(join(folder, 'not', 'there'));
    expect(servers.list()).toEqual([]);
    const first = servers.add({ name: 'first', url: '127.0.0.1:8000/v1/' });
    const second = servers.add({ name: 'second', url: 'https://models.example/api', allowed: true });
    expect(first).toMatchObject({ url: 'http://127.0.0.1:8000', keyEnv: null, allowed: false, format: EXACT });
    expect(servers.list()).toEqual([first, second]);
    expect(servers.change(first.id, { name: 'changed' })).toEqual({ ...first, name: 'changed' });
    expect(servers.remove(first.id).name).toBe('changed');
    expect(servers.list()).toEqual([second]);
    expect(() => servers.get(first.id)).toThrow(/no longer in the list/);
  });

  it('takes an address once, however it is written', () => {
    const servers = new SavedServers(folder);
    const added = servers.add({ name: 'mine', url: 'http://localhost:11434' });
    for (const url of ['localhost:11434', 'http://LOCALHOST:11434/v1', 'http://localhost:11434/'])
      expect(() => servers.add({ name: 'twin', url })).toThrow(/in the list already, as "mine"/);
    expect(servers.list()).toEqual([added]);
    expect(servers.add(added)).toEqual(added); // as undo does
    servers.remove(added.id);
    servers.add(added);
    expect(servers.list()).toEqual([added]);
  });

  it.each(['', '{"servers": [', '[]', '{"servers": {}}', '\u0000\u0001', 'null'])(
    'starts anew where the file is damaged: %j',
    (text) => {
      writeFileSync(file(), text);
      const servers = new SavedServers(folder);
      expect(servers.list()).toEqual([]);
      const added = servers.add({ name: 'mine', url: '127.0.0.1:1234' });
      expect(servers.list()).toEqual([added]);
      expect(readdirSync(folder)).toEqual(['servers.json']);
    },
  );

  it('keeps entries of another version, and does not show them', () => {
    const later = { id: 'later', name: 'later', address: { scheme: 'quic' } };
    writeFileSync(file(), JSON.stringify({ servers: [later, 7, null] }));
    const servers = new SavedServers(folder);
    const added = servers.add({ name: 'mine', url: '127.0.0.1:1234' });
    servers.change(added.id, { name: 'still mine' });
    expect(servers.list().map(({ name }) => name)).toEqual(['still mine']);
    servers.remove(added.id);
    expect(written()).toEqual([later, 7, null]);
  });

  it('is shared by two programs', () => {
    const [app, commandLine] = [new SavedServers(folder), new SavedServers(folder)];
    const first = app.add({ name: 'first', url: '127.0.0.1:1' });
    const second = commandLine.add({ name: 'second', url: '127.0.0.1:2' });
    app.change(first.id, { format: { type: 'jpeg', quality: 80 } });
    expect(commandLine.list()).toEqual([{ ...first, format: { type: 'jpeg', quality: 80 } }, second]);
    commandLine.remove(first.id);
    expect(() => app.change(first.id, { name: 'gone' })).toThrow(/no longer in the list/);
    expect(app.list()).toEqual([second]);
  });
});
