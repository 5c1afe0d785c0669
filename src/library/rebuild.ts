// SPDX-License-Identifier: Apache-2.0
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename } from 'node:path';
import { Database } from './database';
import { readLog, readRows, type Readable } from './damage';
import { listBackups, newestReadableBackup, readBackup, sync, type Backup } from './backups';
import { fill, prepare, type Filled } from './fill';
import { troubleOf } from './trouble';

/** Suffixes of the files that SQLite keeps for a database. The log holds the latest data. */
const PARTS = ['', '-wal', '-shm', '-journal'];

export interface Rebuilt extends Filled {
  /** The names of the files that were kept unchanged. */
  kept: string[];
  /** The backup that was used because nothing could be read. */
  backup: Backup | undefined;
}

/**
 * Reads everything readable from a library's files, without SQLite and without changing them. No connection may be
 * open.
 */
export function readLibrary(file: string): Readable {
  return readRows(readIfThere(file), readLog(readIfThere(`${file}-wal`)));
}

/**
 * What must be known before SQLite opens the files. SQLite would write a newer version's log into its file, and would
 * silently ignore a damaged log or a file truncated to nothing. No connection may be open.
 */
export function inspectBefore(file: string): { version: number; isDamaged: boolean } {
  const bytes = existsSync(file) ? firstBytes(file, HEADER_BYTES) : new Uint8Array();
  const logBytes = readIfThere(`${file}-wal`);
  const log = readLog(logBytes);
  const header = Buffer.from(log.pages.get(1) ?? bytes);
  const version =
    header.length >= HEADER_BYTES && header.toString('latin1', 0, 16) === 'SQLite format 3\0'
      ? header.readUInt32BE(60)
      : 0;
  const wasEmptied = existsSync(file) && bytes.length === 0 && (logBytes.length > 0 || listBackups(file).length > 0);
  return { version, isDamaged: log.damaged || wasEmptied };
}

const HEADER_BYTES = 100;

function firstBytes(file: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const handle = openSync(file, 'r');
  try {
    return bytes.subarray(0, readSync(handle, bytes));
  } finally {
    closeSync(handle);
  }
}

const readIfThere = (file: string): Uint8Array => (existsSync(file) ? readFileSync(file) : new Uint8Array());

/**
 * Replaces a damaged library: writes everything readable (or the newest backup, if nothing is readable) into a new file
 * and renames it over the old one.
 * @param kept the copies of all its files, made by `copyAside`.
 * @throws library-busy if another program has it open, disk-full; the copies are then deleted again.
 */
export function rebuild(file: string, kept: readonly string[], rescued: string): Rebuilt {
  let readable: Readable;
  try {
    readable = readLibrary(file);
    refuseIfOpenElsewhere(file);
  } catch (error) {
    for (const copy of kept) rmSync(copy, { force: true });
    throw error;
  }
  const backup = readable.rows.length === 0 ? newestReadableBackup(file) : undefined;
  const fresh = `${file}.new`;
  rmSync(fresh, { force: true });
  const db = new Database(fresh);
  let filled: Filled;
  try {
    db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;'); // no journal is needed, because the file is used only once it is complete
    prepare(db, 0);
    const from = backup ? readBackup(backup) : readable;
    filled = db.transaction(() => fill(db, from, rescued));
  } finally {
    db.close();
  }
  sync(fresh);
  for (const part of PARTS.slice(1)) rmSync(file + part, { force: true }); // an old log would be taken for the new file's
  renameSync(fresh, file);
  return { ...filled, kept: kept.map((copy) => basename(copy)), backup };
}

/**
 * Copies all files of a library beside them. Must be called before a connection to a damaged library is closed, because
 * closing writes the log into the file and deletes it. @returns the paths of the copies.
 */
export function copyAside(file: string): string[] {
  const stamp = new Date().toISOString().replace(/[:.]/g, '-').slice(0, -1);
  const kept = file.replace(/(\.sqlite)?$/, `.damaged-${stamp}.sqlite`);
  return PARTS.filter((part) => existsSync(file + part)).map((part) => {
    copyFileSync(file + part, kept + part, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    return kept + part;
  });
}

/**
 * @throws library-busy if another program has the library open: an open connection holds a lock. Cannot be determined
 * if the header is destroyed.
 */
export function refuseIfOpenElsewhere(file: string): void {
  let db: Database | undefined;
  try {
    db = new Database(file, { patience: 0, alone: true });
    db.exec('BEGIN EXCLUSIVE; ROLLBACK;');
  } catch (error) {
    if (troubleOf(error) !== 'damaged') throw error;
  } finally {
    db?.close();
  }
}
