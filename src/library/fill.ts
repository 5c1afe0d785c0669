// SPDX-License-Identifier: Apache-2.0
import type { Database } from './database';
import type { BadRow, Readable, Row } from './damage';
import { columnsOf, MIGRATIONS, SUM_TRIGGERS, TABLE_NAMES } from './schema';

/**
 * Migrates a library from `version` (0: an empty file) to the current version and prepares the connection for writing.
 */
export function prepare(db: Database, version: number): void {
  if (version < MIGRATIONS.length) {
    db.transaction(() => {
      for (const step of MIGRATIONS.slice(version)) db.exec(step);
      db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    });
  }
  db.exec(SUM_TRIGGERS);
}

/** How many rows were inserted, and how many invalid rows were kept in `badRow`. */
export interface Filled {
  rows: number;
  bad: number;
}

/**
 * Inserts rows into a library, in the order of their references. Existing rows are not changed. A row whose project is
 * missing gets a new project named `rescued`, so that it is visible. Must be called within a transaction.
 */
export function fill(db: Database, { rows, bad, kept }: Readable, rescued: string): Filled {
  const aside: BadRow[] = [...bad];
  const ids = (table: string): Set<unknown> =>
    new Set(db.all<{ id: string }>(`SELECT id FROM ${table}`).map(({ id }) => id));
  let count = 0;
  const put = ({ table, values }: Row): void => {
    const columns = columnsOf(table);
    const added = db.run(
      `INSERT OR IGNORE INTO ${table} (${columns.join()}) VALUES (${columns.map(() => '?').join()})`,
      ...values,
    );
    if (added > 0) count++;
    else if (table !== 'setting') aside.push({ table, reason: 'there twice', body: JSON.stringify(values) });
  };
  for (const table of TABLE_NAMES) {
    const projects = ids('project');
    const sources = ids('source');
    for (const row of rows.filter((one) => one.table === table)) {
      const { project, source } = Object.fromEntries(columnsOf(table).map((column, k) => [column, row.values[k]]));
      if (project != null && !projects.has(project)) {
        const now = Date.now();
        put({ table: 'project', values: [project, rescued, now, now, null] });
        projects.add(project);
      }
      if (source != null && !sources.has(source))
        aside.push({ table, reason: 'its source is gone', body: JSON.stringify(row.values) });
      else put(row);
    }
  }
  for (const one of kept) keepAside(db, one);
  return { rows: count, bad: aside.filter((one) => keepAside(db, one)).length };
}

/** Keeps an invalid row in the table `badRow`. @returns whether it was not there already. */
export const keepAside = (db: Database, { table, reason, body }: BadRow): boolean =>
  db.run(
    'INSERT OR IGNORE INTO badRow (foundAt, fromTable, reason, body) VALUES (?, ?, ?, ?)',
    Date.now(),
    table,
    reason,
    body,
  ) > 0;
