// SPDX-License-Identifier: Apache-2.0
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { BackupReason, say, ZoetropeError, type BackupContents, type BackupInfo } from '../contract';
import { readLog, readRows, type Readable } from './damage';
import { Database, telling } from './database';
import { fill, type Filled } from './fill';
import { MIGRATIONS, TABLE_NAMES } from './schema';

/** A backup and its file. The name of the backup is the file name without `.sqlite`. */
export type Backup = Omit<BackupInfo, 'contents'> & { file: string };

/** How many backups of each reason are kept, and the limit for all of them in bytes. The newest is always kept. */
const KEPT: Readonly<Record<BackupReason, number>> = { daily: 7, migration: 3, restore: 5, asked: 5 };
const MOST_BYTES = 1e9;
const DAY_MS = 24 * 60 * 60 * 1000;

const NAME = /^library-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-([a-z]+)$/;

export const backupFolder = (library: string): string => join(dirname(library), 'backups');

/** All backups of a library, the newest first. */
export function listBackups(library: string): Backup[] {
  const folder = backupFolder(library);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((entry) => backupIn(folder, entry) ?? [])
    .sort((a, b) => b.at - a.at);
}

function backupIn(folder: string, entry: string): Backup | undefined {
  const name = entry.replace(/\.sqlite$/, '');
  const [, ...parts] = NAME.exec(name) ?? [];
  const reason = BackupReason.options.find((one) => one === parts[7]);
  if (name === entry || !reason) return undefined;
  const [year, month, day, hour, minute, second, ms] = parts.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const file = join(folder, entry);
  const found = statSync(file, { throwIfNoEntry: false });
  return (
    found && { name, file, at: Date.UTC(year, month - 1, day, hour, minute, second, ms), reason, bytes: found.size }
  );
}

/**
 * Copies a library into its backup folder and deletes the oldest backups above the limits. An incomplete file never has
 * the name of a backup.
 */
export function makeBackup(db: Database, library: string, reason: BackupReason): Backup {
  return telling(() => {
    const folder = backupFolder(library);
    mkdirSync(folder, { recursive: true });
    for (const entry of readdirSync(folder)) if (entry.endsWith('.part')) rmSync(join(folder, entry), { force: true }); // left by a process that was killed
    const name = `library-${new Date().toISOString().replace(/[-:.]/g, '')}-${reason}`;
    copyTo(db, join(folder, `${name}.sqlite`));
    const made = backupIn(folder, `${name}.sqlite`)!;
    thin(library, made);
    return made;
  });
}

/** Writes the whole library into a new file: SQLite's VACUUM INTO, then fsync, then rename. */
export function copyTo(db: Database, file: string): void {
  const part = `${file}.part`;
  rmSync(part, { force: true });
  try {
    db.run('VACUUM INTO ?', part);
    sync(part);
    renameSync(part, file);
  } finally {
    rmSync(part, { force: true });
  }
}

/** Writes a file's data to the disk (fsync). */
export function sync(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Makes a daily backup if the last one is older than a day. */
export function backupDaily(db: Database, library: string): void {
  const last = listBackups(library).find(({ reason }) => reason === 'daily');
  if (!last || Date.now() - last.at >= DAY_MS) makeBackup(db, library, 'daily');
}

function thin(library: string, made: Backup): void {
  const count = new Map<BackupReason, number>();
  let bytes = 0;
  for (const { file, name, reason, bytes: size } of listBackups(library)) {
    count.set(reason, (count.get(reason) ?? 0) + 1);
    bytes += size;
    if (name !== made.name && (count.get(reason)! > KEPT[reason] || bytes > MOST_BYTES)) {
      rmSync(file, { force: true });
      bytes -= size;
    }
  }
}

const NO_LOG = readLog(new Uint8Array());

export const readBackup = ({ file }: Pick<Backup, 'file'>): Readable => readRows(readFileSync(file), NO_LOG);

/** The contents of a backup. Null if it cannot be read. */
export function backupContents({ file }: Pick<Backup, 'file'>): BackupContents | null {
  let db: Database | undefined;
  try {
    db = new Database(file, { readOnly: true });
    const projects = db
      .all<{ name: string }>('SELECT name FROM project ORDER BY updatedAt DESC, rowid DESC')
      .map(({ name }) => name);
    const { questions } = db.get<{ questions: number }>(
      "SELECT COUNT(*) AS questions FROM message WHERE body ->> '$.role' = 'user'",
    )!;
    return projects.length > 0 ? { projects, questions } : null;
  } catch {
    return null;
  } finally {
    db?.close();
  }
}

export const newestReadableBackup = (library: string): Backup | undefined =>
  listBackups(library).find((backup) => backupContents(backup) !== null);

/**
 * Restores the contents of a backup in one transaction, after making a backup of the current contents. The current
 * settings are kept.
 * @throws library-broken for a file that is not a library, or one of a newer version.
 */
export function restoreBackup(db: Database, library: string, backup: Pick<Backup, 'file'>, rescued: string): Filled {
  const bytes = telling(() => readFileSync(backup.file));
  if (bytes.length > 64 && bytes.readUInt32BE(60) > MIGRATIONS.length) {
    throw new ZoetropeError(
      'library-broken',
      say`This backup was made by a newer version of Zoetrope.`,
      say`Use that version to restore it.`,
    );
  }
  const readable = readBackup(backup);
  if (!readable.rows.some(({ table }) => table === 'project')) {
    throw new ZoetropeError('library-broken', say`This backup cannot be read.`, say`Choose another one.`, backup.file);
  }
  makeBackup(db, library, 'restore');
  return db.transaction(() => {
    for (const table of TABLE_NAMES) if (table !== 'setting') db.exec(`DELETE FROM ${table}`);
    db.exec("DELETE FROM setting WHERE key IN ('lastProject', 'writing')");
    return fill(db, readable, rescued);
  });
}
