// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../contract';
import { Library } from '.';
import { listBackups } from './backups';
import { Database } from './database';
import { MIGRATIONS } from './schema';
import { troubleOf } from './trouble';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'zoetrope-open-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const file = (): string => join(dir, 'library.sqlite');
const question = (id: string, text = id): Message => ({
  id,
  role: 'user',
  createdAt: 0,
  text,
  placement: 'front',
  parts: [],
});
const texts = (library: Library): string[] =>
  library.projects.list().flatMap(({ id }) => library.messages(id).map(({ text }) => text));

/**
 * A library with messages, as a killed process leaves it: the last messages are in the log only. @returns its project.
 */
function written(count: number, change: (db: Database, project: string) => void = () => undefined): string {
  const made = join(dir, 'made.sqlite');
  const { library } = Library.open(made, { appVersion: '7.8.9' });
  const project = library.projects.create('Kitchen');
  for (let k = 0; k < count; k++) library.saveMessage(project, question(`m${k}`));
  const db = new Database(made);
  change(db, project);
  for (const part of ['', '-wal']) copyFileSync(made + part, file() + part);
  db.close();
  library.close();
  for (const part of ['', '-wal', '-shm']) rmSync(made + part, { force: true });
  return project;
}
const all = (count: number): string[] => Array.from({ length: count }, (_, k) => `m${k}`);
const hash = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
const bytes = (): Record<string, string> =>
  Object.fromEntries(
    ['', '-wal'].filter((part) => existsSync(file() + part)).map((part) => [part, hash(file() + part)]),
  );

describe('whatever is not damage leaves the files alone', () => {
  it('a newer version: all is shown, nothing is saved, and it is named', () => {
    written(200, (db) => db.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`));
    const before = bytes();
    const { library, recovered } = Library.open(file());
    expect(recovered).toMatchObject({
      message: 'The library was written by Zoetrope 7.8.9, which is newer than this one.',
      advice: 'Nothing of this session is saved. Use the newer version.',
    });
    expect(library.keeps).toBe(false);
    expect(texts(library)).toEqual(all(200));
    library.projects.create('Only here');
    expect(bytes()).toEqual(before);
    library.close();
    expect(readdirSync(dir).sort()).toEqual(['library.sqlite', 'library.sqlite-wal']);
  });

  it('another program has it: all is shown, and it opens as it was when that is gone', () => {
    written(5);
    Library.open(file()).library.close();
    const other = new Database(file());
    other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
    const { library, recovered } = Library.open(file(), { patience: 50 });
    expect(recovered).toMatchObject({
      message: 'Another program is using the library.',
      advice: 'Nothing of this session is saved. Close it and start Zoetrope again.',
    });
    expect(texts(library)).toEqual(all(5));
    library.close();
    other.exec('ROLLBACK');
    other.close();
    const again = Library.open(file());
    expect([again.recovered, again.library.keeps, texts(again.library)]).toEqual([null, true, all(5)]);
    again.library.close();
  });

  it.each(['file', 'folder'])('a %s that is read-only is said at once', (what) => {
    written(5);
    const before = bytes();
    const path = what === 'file' ? file() : dir;
    chmodSync(path, what === 'file' ? 0o444 : 0o555);
    const { library, recovered } = Library.open(file());
    chmodSync(path, 0o755);
    expect(recovered?.message).toBe('The library file or its folder is read-only.');
    expect(texts(library)).toEqual(all(5));
    expect(bytes()).toEqual(before);
    library.close();
  });

  it('damaged while another program has it open: it waits for that one to end', () => {
    written(5);
    Library.open(file()).library.close();
    const other = Library.open(file());
    const whole = readFileSync(file());
    writeFileSync(file(), Buffer.from(whole).fill(0x55, 5000, 9000));
    expect(Library.open(file(), { patience: 50 }).library.keeps).toBe(false);
    expect(readdirSync(dir).filter((name) => name.includes('damaged'))).toEqual([]);
    other.library.close();
  });

  it('knows what the system means', () => {
    const sqlite = (errcode: number, systemErrno?: number): Error =>
      Object.assign(new Error('x'), { code: 'ERR_SQLITE_ERROR', errcode, systemErrno });
    expect(
      [
        sqlite(14, 24),
        sqlite(14, 23),
        sqlite(14),
        sqlite(522),
        sqlite(13),
        sqlite(261),
        sqlite(11),
        sqlite(267),
        sqlite(26),
        sqlite(1),
        sqlite(19),
      ].map(troubleOf),
    ).toEqual([
      'handles',
      'handles',
      'unreachable',
      'unreachable',
      'full',
      'busy',
      'damaged',
      'damaged',
      'damaged',
      undefined,
      undefined,
    ]);
    expect(
      ['EMFILE', 'EACCES', 'ENOSPC', 'EIO'].map((code) => troubleOf(Object.assign(new Error('x'), { code }))),
    ).toEqual(['handles', 'read-only', 'full', 'unreachable']);
  });
});

describe('damage', () => {
  const damaged = (how: (whole: Buffer) => void): void => {
    const whole = readFileSync(file());
    how(whole);
    writeFileSync(file(), whole);
  };

  it('a header that is gone costs nothing; all files are kept as they were, and it is said once', () => {
    written(40);
    Library.open(file()).library.close();
    writeFileSync(`${file()}-wal`, 'not a log');
    damaged((whole) => whole.fill(0, 0, 100));
    const before = bytes();
    const { library, recovered } = Library.open(file());
    expect(recovered?.message).toMatch(/^The library file was damaged; \d+ entries were recovered\.$/);
    expect([library.keeps, texts(library)]).toEqual([true, all(40)]);
    library.close();
    const kept = readdirSync(dir).filter((name) => name.includes('damaged'));
    expect(kept.map((name) => hash(join(dir, name)))).toEqual(expect.arrayContaining(Object.values(before)));
    expect(kept.every((name) => recovered?.advice.includes(name))).toBe(true);
    const again = Library.open(file());
    expect([again.recovered, texts(again.library)]).toEqual([null, all(40)]);
    again.library.close();
  });

  it('text that is no text, JSON that is none: that row alone is kept aside and counted, the rest works', () => {
    const project = written(3, (db, of) => {
      db.run("INSERT INTO message (id, project, position, body) VALUES ('bad', ?, 90, CAST(x'7bff7d' AS TEXT))", of);
      db.run("INSERT INTO message (id, project, position, body) VALUES ('worse', ?, 91, '{no json')", of);
    });
    const { library, recovered } = Library.open(file());
    expect(recovered?.message).toMatch(/and 2 could not be read\.$/);
    expect(library.messages(project).map(({ text }) => text)).toEqual(all(3));
    library.close();
    const db = new Database(file());
    const kept = db.all<{ body: string }>('SELECT body FROM badRow').map(({ body }) => JSON.parse(body) as string[]);
    expect(kept.map((values) => Buffer.from(values[3]!, 'base64').toString('latin1'))).toEqual([
      '{\u00ff}',
      '{no json',
    ]);
    db.close();
    expect(Library.open(file()).recovered).toBeNull();
  });

  it('a word that the disk changed into another is put right', () => {
    const project = written(3, (db) =>
      db.exec(`UPDATE message SET body = replace(body, '"text":"m1"', '"text":"m3"') WHERE id = 'm1'`),
    ); // flips one bit without updating the checksum
    const { library, recovered } = Library.open(file());
    expect(recovered).not.toBeNull();
    expect(library.messages(project).map(({ text }) => text)).toEqual(all(3));
    library.close();
  });

  it('what belongs to a project that is gone can still be seen', () => {
    written(3, (db) => db.exec('PRAGMA foreign_keys = OFF; DELETE FROM project'));
    const { library } = Library.open(file(), { rescued: 'Rescued' });
    expect(library.projects.list().map(({ name }) => name)).toEqual(['Rescued']);
    expect(texts(library)).toEqual(all(3));
    library.close();
  });

  it('a number in the header that is too low does no harm', () => {
    written(3, (db) => db.exec('PRAGMA user_version = 2'));
    const { library, recovered } = Library.open(file());
    expect([recovered, texts(library)]).toEqual([null, all(3)]);
    library.close();
  });

  it('a row that this version does not understand stays, and is counted once', () => {
    const project = written(2, (db, of) =>
      db.run('INSERT INTO message (id, project, position, body) VALUES (\'new\', ?, 90, \'{"role":"oracle"}\')', of),
    );
    for (const expected of [[1], []]) {
      const { library, recovered } = Library.open(file());
      const counted: number[] = [];
      library.onBadRows = (count) => counted.push(count);
      expect([recovered, library.messages(project).length, counted]).toEqual([null, 2, expected]);
      library.close();
    }
  });

  it('settings of which one makes no sense keep the others', () => {
    written(0, (db) =>
      db.run(
        "INSERT INTO setting (key, value) VALUES ('settings', ?)",
        JSON.stringify({ theme: 'light', frameCount: 'many' }),
      ),
    );
    const { library } = Library.open(file());
    expect(library.settings()).toMatchObject({ theme: 'light', frameCount: 16 });
    library.close();
  });

  it.each([
    [
      'is only noise',
      () => writeFileSync(file(), 'this is no database, but it is long enough to look like one'.repeat(400)),
    ],
    ['was cut to nothing', () => truncateSync(file())],
  ])('a file that %s gives way to the newest backup, and the old one is kept', (_what, harm) => {
    written(4);
    const before = Library.open(file()).library;
    before.backUp();
    before.close();
    harm();
    const { library, recovered } = Library.open(file());
    expect(recovered?.message).toMatch(/the backup of \d{4}-\d\d-\d\d took its place\.$/);
    expect(texts(library)).toEqual(all(4));
    library.close();
    expect(readdirSync(dir).some((name) => name.includes('damaged'))).toBe(true);
  });

  it('a file that is gone is told of where there are backups', () => {
    written(4);
    const { library } = Library.open(file());
    library.backUp();
    library.close();
    rmSync(file());
    const again = Library.open(file());
    expect(again.recovered?.message).toBe('The library file is gone, so a new one was started.');
    again.library.close();
  });
});

it.each([1, 2, 3, 4, 5, 6])('a library of version %i is brought forward whole, after a backup of it', (version) => {
  const db = new Database(file());
  db.exec('PRAGMA journal_mode = WAL');
  for (const step of MIGRATIONS.slice(0, version)) db.exec(step);
  db.exec(`
    PRAGMA user_version = ${version};
    INSERT INTO project (id, name, createdAt, updatedAt, activeSource) VALUES ('p1', 'Kitchen', 1, 2, 's1');
    INSERT INTO source (id, project, position, kind, path, bytes) VALUES ('s1', 'p1', 0, 'video', '/a/clip.mp4', 7);
    INSERT INTO setting (key, value) VALUES ('settings', '{"theme":"light"}');`);
  db.run(
    'INSERT INTO message (id, project, position, body) VALUES (?, ?, 0, ?)',
    'q1',
    'p1',
    JSON.stringify(question('q1')),
  );
  if (version >= 3)
    db.run(
      'INSERT INTO videoSegments (source, body) VALUES (?, ?)',
      's1',
      JSON.stringify([{ id: 'p1', start: 1, end: 2, label: 'Kick-off', chosen: true }]),
    );
  if (version >= 5) db.run("INSERT INTO subtitleFile (source, path) VALUES ('s1', '/a/b.srt')");
  db.close();

  for (const turn of ['first', 'again']) {
    const { library, recovered } = Library.open(file());
    expect([turn, recovered, library.keeps]).toEqual([turn, null, true]);
    const project = library.readProject('p1');
    expect(project).toMatchObject({
      name: 'Kitchen',
      activeSource: 's1',
      messages: [{ text: 'q1' }],
      segments: version >= 3 ? { s1: [{ label: 'Kick-off' }] } : {},
    });
    expect(library.source('s1')).toEqual({
      id: 's1',
      kind: 'video',
      path: '/a/clip.mp4',
      bytes: 7,
      folder: null,
      companions: [],
    });
    expect(library.subtitleFiles('s1')).toEqual(version >= 5 ? ['/a/b.srt'] : []);
    expect(library.settings().theme).toBe('light');
    library.close();
  }
  expect(listBackups(file()).map(({ reason }) => reason)).toEqual(['migration']);
});

it('a damaged library of an earlier version gives what can be read of it', () => {
  const db = new Database(file());
  for (const step of MIGRATIONS.slice(0, 5)) db.exec(step);
  db.exec("PRAGMA user_version = 5; INSERT INTO project VALUES ('p1', 'Kitchen', 1, 2, NULL)");
  for (let k = 0; k < 60; k++)
    db.run(
      'INSERT INTO message VALUES (?, ?, ?, ?)',
      `m${k}`,
      'p1',
      k,
      JSON.stringify(question(`m${k}`, `m${k}`.padEnd(300, '.'))),
    );
  db.close();
  const whole = readFileSync(file());
  const at = whole.indexOf('m30..');
  whole[at] = 0xff;
  writeFileSync(file(), whole);
  const { library, recovered } = Library.open(file());
  expect(recovered?.message).toMatch(/and 1 could not be read\.$/);
  expect(library.messages('p1').length).toBe(59);
  library.close();
});

it('makes its folder', () => {
  const { library, recovered } = Library.open(join(dir, 'a', 'b', 'library.sqlite'));
  expect([recovered, library.keeps]).toEqual([null, true]);
  library.close();
});
