// SPDX-License-Identifier: Apache-2.0
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { say, ZoetropeError, type ErrorInfo, type Sentence } from '../contract';
import { listBackups, makeBackup, newestReadableBackup } from './backups';
import { problemsIn, versionOf } from './check';
import { Database } from './database';
import { fill, prepare } from './fill';
import { copyAside, inspectBefore, readLibrary, rebuild, type Rebuilt } from './rebuild';
import { MIGRATIONS } from './schema';
import { troubleOf, wordsAtStart, type Trouble, type Words } from './trouble';

/** The name of a new project for data whose project is missing. */
export const RESCUED = 'Recovered';

export interface OpenOptions {
  /** The version of Zoetrope. It is stored in the library, so that an earlier version can name it in a message. */
  appVersion?: string;
  /** The name `RESCUED` in the user's language. */
  rescued?: string;
  /** How long to wait for other programs, in milliseconds. */
  patience?: number;
}

export interface Opened {
  db: Database;
  /** Whether data is saved to the file. If not, everything is in memory and lost when the process ends. */
  keeps: boolean;
  /** What had to be done to open the library, as a message for the user. Null if nothing was wrong. */
  recovered: ErrorInfo | null;
}

/** The library was written by a newer version. */
class Newer extends Error {}

/**
 * Opens the library in a file. It is replaced by another file (`rebuild`) only if a check or SQLite found damage. For
 * any other problem all files stay unchanged, and the session works on a copy in memory of what can be read. Never
 * throws.
 */
export function openLibrary(file: string, { appVersion = '', rescued = RESCUED, patience }: OpenOptions = {}): Opened {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const isMissing = !existsSync(file);
    let rebuilt: Rebuilt | undefined;
    let damage: Damage = { detail: 'the log is damaged, or the file was cut to nothing', kept: [] };
    const { version, isDamaged } = inspectBefore(file);
    if (version > MIGRATIONS.length) throw new Newer(`library version ${version}`);
    if (isReadOnly(file)) return onCopy(file, 'read-only', rescued);
    let opened = isDamaged ? { ...damage, kept: copyAside(file) } : tryOpen(file, appVersion, patience);
    if (!(opened instanceof Database)) {
      damage = opened;
      rebuilt = rebuild(file, damage.kept, rescued);
      opened = tryOpen(file, appVersion, patience);
      if (!(opened instanceof Database)) throw new Error(opened.detail);
    }
    return {
      db: opened,
      keeps: true,
      recovered: rebuilt ? tell(wordsAfter(rebuilt), damage.detail) : isMissing ? missed(file) : null,
    };
  } catch (error) {
    return onCopy(file, error instanceof Newer ? 'newer' : (troubleOf(error) ?? 'unreachable'), rescued, String(error));
  }
}

interface Damage {
  /** For the log. */
  detail: string;
  /** Copies of all files as they were. */
  kept: string[];
}

/** Opens a file for reading and writing, or returns the damage that was found. @throws any other problem. */
function tryOpen(file: string, appVersion: string, patience: number | undefined): Database | Damage {
  let db: Database | undefined;
  try {
    db = new Database(file, patience === undefined ? {} : { patience });
    // WAL with FULL keeps every finished statement, even if the app or the machine crashes.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    const version = versionOf(db);
    const problems = problemsIn(db, version);
    if (problems.length > 0) return leave(db, file, problems.join('\n'));
    if (version > 0 && version < MIGRATIONS.length) makeBackup(db, file, 'migration');
    prepare(db, version);
    note(db, appVersion);
    return db;
  } catch (error) {
    if (db && troubleOf(error) === 'damaged') return leave(db, file, String(error));
    db?.close();
    throw error;
  }
}

function leave(db: Database, file: string, detail: string): Damage {
  try {
    return { detail, kept: copyAside(file) };
  } finally {
    db.close();
  }
}

/** Takes the write lock, which shows that the file can be written, and stores the current version. */
function note(db: Database, appVersion: string): void {
  db.transaction(() => {
    const known = db.get<{ value: string }>("SELECT value FROM setting WHERE key = 'writtenBy'")?.value;
    if (appVersion !== '' && known !== appVersion) {
      db.run(
        "INSERT INTO setting (key, value) VALUES ('writtenBy', ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
        appVersion,
      );
    }
  });
}

/** Whether a file is marked read-only or not accessible. An administrator could write to it nevertheless. */
function isReadOnly(file: string): boolean {
  for (const path of [file, dirname(file)]) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) continue;
    // On Windows the read-only mark of a folder has another meaning.
    if ((found.mode & 0o222) === 0 && (process.platform !== 'win32' || path === file)) return true;
    try {
      accessSync(path, constants.W_OK);
    } catch (error) {
      if (troubleOf(error) === 'read-only') return true;
      throw error;
    }
  }
  return false;
}

function onCopy(file: string, trouble: Trouble, rescued: string, detail = ''): Opened {
  const db = new Database(':memory:');
  prepare(db, 0);
  let writtenBy: string | undefined;
  try {
    const readable = readLibrary(file);
    db.transaction(() => fill(db, readable, rescued));
    writtenBy = db.get<{ value: string }>("SELECT value FROM setting WHERE key = 'writtenBy'")?.value;
  } catch (error) {
    detail += `\n${String(error)}`;
  }
  const { message, advice } = trouble === 'newer' ? wordsOfNewer(writtenBy) : wordsAtStart(trouble);
  return {
    db,
    keeps: false,
    recovered: tell({ message, advice: say`Nothing of this session is saved. ${advice}` }, detail),
  };
}

const wordsOfNewer = (version: string | undefined): Words => ({
  message:
    version === undefined
      ? say`The library was written by a newer version of Zoetrope.`
      : say`The library was written by Zoetrope ${version}, which is newer than this one.`,
  advice: say`Use the newer version.`,
});

function wordsAfter({ rows, bad, kept, backup }: Rebuilt): Words {
  const advice: Sentence = say`The old files are kept as ${kept}. Check the disk; backups are in Settings.`;
  if (backup)
    return {
      message: say`The library file could not be read, so the backup of ${new Date(backup.at).toISOString().slice(0, 10)} took its place.`,
      advice,
    };
  if (rows === 0) return { message: say`The library file could not be read, so a new one was started.`, advice };
  if (bad === 0) return { message: say`The library file was damaged; ${rows} entries were recovered.`, advice };
  return {
    message: say`The library file was damaged; ${rows} entries were recovered, and ${bad} could not be read.`,
    advice,
  };
}

/** A message for a library that is missing although it has backups. */
function missed(file: string): ErrorInfo | null {
  if (listBackups(file).length === 0 || !newestReadableBackup(file)) return null;
  return tell(
    {
      message: say`The library file is gone, so a new one was started.`,
      advice: say`There are backups of it in Settings.`,
    },
    file,
  );
}

const tell = ({ message, advice }: Words, detail: string): ErrorInfo =>
  new ZoetropeError('library-broken', message, advice, detail).toInfo();
