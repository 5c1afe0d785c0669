// SPDX-License-Identifier: Apache-2.0
import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { say, ZoetropeError } from '../contract';
import { listBackups } from './backups';
import { problemsIn, versionOf } from './check';
import { Database } from './database';
import { inspectBefore, readLibrary } from './rebuild';
import { MIGRATIONS } from './schema';

/** The condition of a library. */
export interface LibraryReport {
  state: 'well' | 'damaged' | 'newer';
  /** The problems, one line each. */
  problems: string[];
  projects: number;
  questions: number;
  /** Numbers of readable and unreadable rows. */
  entries: number;
  unreadable: number;
  /** Number of unreadable rows kept by earlier openings. */
  keptAside: number;
  /** The version of Zoetrope that last opened it. Null if unknown. */
  writtenBy: string | null;
  bytes: number;
  backups: number;
}

/** Checks a library without changing it. @throws file-missing, library-busy and other problems of reading. */
export function reportOn(file: string): LibraryReport {
  if (!existsSync(file))
    throw new ZoetropeError(
      'file-missing',
      say`There is no library "${basename(file)}".`,
      say`Start Zoetrope once, or name another one.`,
      file,
    );
  const { version, isDamaged } = inspectBefore(file);
  const problems = isDamaged ? ['the log is damaged, or the file was cut to nothing'] : [];
  const { rows, bad, kept } = readLibrary(file);
  if (version <= MIGRATIONS.length && !isDamaged) problems.push(...problemsOf(file));
  const of = (table: string): (string | number | null)[][] =>
    rows.flatMap((row) => (row.table === table ? [row.values] : []));
  return {
    state: version > MIGRATIONS.length ? 'newer' : problems.length > 0 ? 'damaged' : 'well',
    problems,
    projects: of('project').length,
    questions: of('message').filter(
      ([, , , body]) => (JSON.parse(String(body)) as { role?: unknown } | null)?.role === 'user',
    ).length,
    entries: rows.length,
    unreadable: bad.length,
    keptAside: kept.length,
    writtenBy: of('setting').flatMap(([key, value]) => (key === 'writtenBy' ? [String(value)] : []))[0] ?? null,
    bytes: statSync(file).size,
    backups: listBackups(file).length,
  };
}

function problemsOf(file: string): string[] {
  let db: Database | undefined;
  try {
    db = new Database(file, { readOnly: true });
    return problemsIn(db, versionOf(db));
  } catch (error) {
    if (error instanceof ZoetropeError && error.code === 'library-broken') return [error.detail ?? error.message];
    throw error;
  } finally {
    db?.close();
  }
}
