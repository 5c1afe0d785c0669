// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Settings, type Message } from '../contract';
import { Library } from '.';
import { backupFolder } from './backups';

let dir: string;
let library: Library;
const file = (): string => join(dir, 'library.sqlite');
const question = (id: string): Message => ({ id, role: 'user', createdAt: 0, text: id, placement: 'front', parts: [] });
const names = (): string[] => library.projects.list().map(({ name }) => name);
const created = (name: string): string => {
  const id = library.projects.create(name);
  library.projects.rename(id, name);
  return id;
};
const backups = (): string[] => readdirSync(backupFolder(file()));

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'zoetrope-backups-'));
  library = Library.open(file()).library;
});
afterEach(() => {
  vi.useRealTimers();
  library.close();
  rmSync(dir, { recursive: true, force: true });
});

it('is restored with all it held, and the library it replaced can be restored in turn; settings stay', () => {
  const kitchen = created('Kitchen');
  for (const id of ['q1', 'q2']) library.saveMessage(kitchen, question(id));
  library.set('lastProject', kitchen);
  library.backUp();
  expect(library.backups()).toMatchObject([{ reason: 'asked', contents: { projects: ['Kitchen'], questions: 2 } }]);

  library.conversations.remove(kitchen, library.conversations.current(kitchen));
  library.set('lastProject', created('Harbour'));
  library.setSettings({ ...Settings.parse({}), theme: 'light' });
  const before = library.readProject(kitchen);
  library.restore(library.backups()[0]!.name);
  expect(names()).toEqual(['Kitchen']);
  expect(library.messages(kitchen).map(({ text }) => text)).toEqual(['q1', 'q2']);
  expect([library.get('lastProject'), library.settings().theme]).toEqual([kitchen, 'light']);

  expect(library.backups()[0]).toMatchObject({
    reason: 'restore',
    contents: { projects: ['Harbour', 'Kitchen'], questions: 0 },
  });
  library.restore(library.backups()[0]!.name);
  expect(names()).toEqual(['Harbour', 'Kitchen']);
  expect(library.readProject(kitchen)).toEqual(before);
  library.close();
  const again = Library.open(file());
  expect(again.recovered).toBeNull();
  library = again.library;
});

it('is made once a day; a week of them is kept, and nothing half-written', () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  created('Kitchen');
  for (let hour = 0; hour < 24 * 12; hour += 8) {
    vi.setSystemTime(Date.UTC(2030, 0, 1, hour));
    library.backupDaily();
  }
  expect(backups().sort()).toEqual(
    Array.from({ length: 7 }, (_, k) => `library-203001${String(k + 6).padStart(2, '0')}T000000000Z-daily.sqlite`),
  );
  writeFileSync(join(backupFolder(file()), 'library-20300101T000000000Z-asked.sqlite.part'), 'half');
  library.backUp();
  expect(backups().filter((name) => name.endsWith('.part'))).toEqual([]);
});

it.each([
  ['is cut off', (whole: Buffer) => whole.fill(0), 'This backup cannot be read.'],
  [
    'a newer version made',
    (whole: Buffer) => whole.writeUInt32BE(99, 60),
    'This backup was made by a newer version of Zoetrope.',
  ],
])('one that %s changes nothing', (_what, harm, message) => {
  created('Kitchen');
  library.backUp();
  created('Harbour');
  const [path] = backups().map((name) => join(backupFolder(file()), name));
  const whole = readFileSync(path!);
  harm(whole);
  writeFileSync(path!, whole);
  expect(() => library.restore(library.backups()[0]!.name)).toThrow(message);
  expect(names().sort()).toEqual(['Harbour', 'Kitchen']);
  expect(() => library.restore('library-of-nobody')).toThrow('This backup is not there any more.');
});

it('one with a flipped bit is restored as it was', () => {
  const project = created('Kitchen');
  for (const id of ['q1', 'q2', 'q3']) library.saveMessage(project, question(id));
  library.backUp();
  const path = join(backupFolder(file()), backups()[0]!);
  const whole = readFileSync(path);
  whole[whole.lastIndexOf('"text":"q2"') + 8]! ^= 1;
  writeFileSync(path, whole);
  library.restore(library.backups()[0]!.name);
  expect(library.messages(project).map(({ text }) => text)).toEqual(['q1', 'q2', 'q3']);
});

it('leaves nothing where there is no library to keep', () => {
  const memory = Library.open(join(file(), 'impossible', 'library.sqlite')).library;
  memory.backupDaily();
  expect(existsSync(join(file(), 'impossible'))).toBe(false);
  expect(() => memory.restoreFile('any')).toThrow('Nothing of this session is saved, so no backup can be restored.');
  memory.close();
});
