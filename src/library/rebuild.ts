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

/** What SQLite keeps of one database: the log holds what was saved last. */
const PARTS = ['', '-wal', '-shm', '-journal'];

export interface Rebuilt extends Filled {
  /** The names of the files that are kept as they were. */
  kept: string[];
  /** The backup that took its place because nothing could be read. */
  backup: Backup | undefined;
}

/** Everything that can be read of a library's files, without SQLite and without changing them. No connection may be open. */
export function readLibrary(file: string): Readable {
  return readRows(readIfThere(file), readLog(readIfThere(`${file}-wal`)));
}

/**
 * What has to be known before SQLite touches the files: it would write a newer version's log into its file, and ignore
 * a damaged log, or a file that was cut to nothing, in silence. No connection may be open.
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
 * Takes the place of a damaged library: writes what can be read of it (or of the newest backup, if that is nothing)
 * into a fresh file, and renames that over the old one.
 * @param kept the copies of all of its files, as `copyAside` made them.
 * @throws library-busy where another program has it open, disk-full; the copies are then removed again.
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
    db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;'); // it counts only when it is whole
    prepare(db, 0);
    const from = backup ? readBackup(backup) : readable;
    filled = db.transaction(() => fill(db, from, rescued));
  } finally {
    db.close();
  }
  sync(fresh);
  for (const part of PARTS.slice(1)) rmSync(file + part, { force: true }); // a log would be taken for the new file's
  renameSync(fresh, file);
  return { ...filled, kept: kept.map((copy) => basename(copy)), backup };
}

/**
 * Copies all files of a library beside them. To be called before a connection to a damaged one is closed: that would
 * write the log into the file and remove it. @returns the paths of the copies.
 */
export function copyAside(file: string): string[] {
  const stamp = new Date().toISOString().replace(/[:.]/g, '-').slice(0, -1);
  const kept = file.replace(/(\.sqlite)?$/, `.damaged-${stamp}.sqlite`);
  return PARTS.filter((part) => existsSync(file + part)).map((part) => {
    copyFileSync(file + part, kept + part, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    return kept + part;
  });
}

/** @throws library-busy where another program has it open: a connection holds a lock as long as it lives. Not to be known where the header is gone. */
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
